// Keys for what the page offers anyway: each one presses the element that names it in
// aria-keyshortcuts. Without this script all of it works by mouse, touch and Tab.

const TYPING = "input, textarea, select";
let leaving = false; // a second key while the next case loads must not act on the old one

const named = (key) =>
  document.querySelector(`[aria-keyshortcuts="${CSS.escape(key)}"]:not(:disabled)`);

document.addEventListener("keydown", (event) => {
  if (leaving || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches(TYPING)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const element = named(event.key);
  if (!element) return;
  event.preventDefault();
  if (element.matches(TYPING)) element.focus();
  else element.click();
});

document.addEventListener("submit", (event) => {
  if (leaving) event.preventDefault();
  leaving = true;
});
window.addEventListener("pageshow", () => {
  leaving = false;
});

document.querySelector(".queue [aria-current]")?.scrollIntoView({ block: "nearest" });
