// Uploading many entries: says that it takes a moment, keeps the button from being pressed twice, and offers to choose
// all rows or none. Without this script every form works by its own buttons. Texts come from the page, in its language.

for (const form of document.querySelectorAll("[data-slow]")) {
  const status = form.querySelector("[data-slow-status]");
  let isSent = false;
  form.addEventListener("submit", (event) => {
    if (isSent) return event.preventDefault();
    isSent = true;
    if (status) status.textContent = form.dataset.textSlow;
  });
  // Back by the browser's button: the form may be sent again.
  window.addEventListener("pageshow", () => {
    isSent = false;
    if (status) status.textContent = "";
  });
}

for (const place of document.querySelectorAll("[data-choose]")) {
  const form = place.closest("form");
  for (const [text, chosen] of [[form.dataset.textAll, true], [form.dataset.textNone, false]]) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "kern-btn kern-btn--secondary kern-btn--x-small";
    const label = document.createElement("span");
    label.className = "kern-label";
    label.textContent = text;
    button.append(label);
    button.addEventListener("click", () => {
      for (const box of form.querySelectorAll("input[name=zeile]")) box.checked = chosen;
    });
    place.append(button);
  }
}
