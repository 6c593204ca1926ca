// Turns from case to case without loading the page anew; the next case is fetched ahead.
// Without this script every link and form does the same by itself, only slower.

const TURNS = 'a[rel="next"], a[rel="prev"], .queue li a';
let ahead = { url: "", answer: null };
let busy = false; // a second act while the next case loads must not hit the one before it

export const turning = () => busy;

async function load(url, init) {
  const answer = await fetch(url, init);
  return { url: answer.url, html: await answer.text() };
}

function loadAhead() {
  const url = document.querySelector('a[rel="next"]')?.href ?? "";
  const answer = url ? load(url) : null;
  answer?.catch(() => {}); // shown when it is asked for
  ahead = { url, answer };
}

function show({ url, html }) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const main = page.querySelector("main");
  if (!main) return location.assign(url);
  document.querySelector("main").replaceWith(main);
  document.title = page.title;
  history.pushState(null, "", url);
  settle();
  window.scrollTo(0, 0);
  main.focus({ preventScroll: true });
}

async function turn(answer) {
  busy = true;
  try {
    show(await answer);
  } catch {
    location.reload(); // says what is wrong: most likely the hub was stopped
  } finally {
    busy = false;
  }
}

function settle() {
  document.querySelector(".queue [aria-current]")?.scrollIntoView({ block: "nearest" });
  loadAhead();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest(TURNS);
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  if (!busy) turn(link.href === ahead.url ? ahead.answer : load(link.href));
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches(".acts form")) return;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form, event.submitter));
  if (!busy) turn(load(form.action, { method: "POST", body }));
});

window.addEventListener("popstate", () => location.reload());
settle();
