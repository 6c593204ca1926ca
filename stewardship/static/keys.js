// Keys for what the page offers anyway: each one presses the element that names it in
// aria-keyshortcuts. Without this script all of it works by mouse, touch and Tab.

import { turning } from "./turn.js";

const TYPING = "input, textarea, select";

document.addEventListener("keydown", (event) => {
  if (turning() || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches(TYPING)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const element = document.querySelector(`[aria-keyshortcuts="${CSS.escape(event.key)}"]`);
  if (!element) return;
  event.preventDefault();
  if (element.matches(TYPING)) element.focus();
  else element.click();
});
