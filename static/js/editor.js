// The editor: saves now and then, shows the preview and similar entries while somebody writes, offers buttons for
// Markdown. Without this script every form works by its own buttons. Texts come from the page, in its language.

const PAUSE = 4000; // milliseconds after the last change until it is saved
const LOOK_PAUSE = 600; // milliseconds after the last key until preview or similar entries are fetched

function later(pause, action) {
  let timer = 0;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => action(...values), pause);
  };
}

class Editor {
  constructor(form) {
    this.form = form;
    this.status = form.querySelector("[data-saved]");
    this.basis = form.elements.namedItem("basis");
    this.isSaving = false;
    this.isStopped = false;
    this.save = later(PAUSE, () => this.send());
    form.addEventListener("input", (event) => this.changed(event));
    form.addEventListener("change", (event) => this.changed(event));
    // What the button sends is saved by it; an answer that comes later must not speak of an older state.
    form.addEventListener("submit", () => (this.isStopped = true));
    window.addEventListener("pageshow", () => (this.isStopped = false));
  }

  changed(event) {
    // The field for searching other entries is no part of the draft.
    if (event.target.name !== "suche") this.save();
  }

  async send() {
    if (this.isStopped) return;
    if (this.isSaving) return this.save();
    this.isSaving = true;
    try {
      const response = await fetch(this.form.action, {
        method: "POST",
        body: new URLSearchParams(new FormData(this.form)),
        headers: { Accept: "application/json" },
      });
      await this.answered(response);
    } catch {
      this.say(this.form.dataset.textFailed);
    } finally {
      this.isSaving = false;
    }
  }

  async answered(response) {
    if (response.redirected) return this.stop(this.form.dataset.textSignedOut);
    if (!response.ok || !response.headers.get("Content-Type")?.startsWith("application/json")) {
      return this.say(this.form.dataset.textFailed);
    }
    const state = await response.json();
    if (state.abgleichen || state.aufgehoben) return this.stop(this.form.dataset.textConflict);
    this.basis.value = state.basis;
    this.say(`${this.form.dataset.textSaved} ${state.gespeichert}.`);
  }

  stop(text) {
    this.isStopped = true;
    this.say(text);
  }

  say(text) {
    if (!this.isStopped || text !== "") this.status.textContent = text;
  }
}

// Selected text between two marks, or a mark at the start of each selected line. The page names the buttons.
const TOOLS = [
  { text: "bold", around: "**", sample: "fett" },
  { text: "italic", around: "*", sample: "kursiv" },
  { text: "heading", before: "## ", sample: "Überschrift" },
  { text: "list", before: "- ", sample: "Punkt" },
  { text: "quote", before: "> ", sample: "Zitat" },
  { text: "link", link: true, sample: "Linktext" },
];

function apply(area, tool) {
  const { selectionStart: start, selectionEnd: end, value } = area;
  const chosen = value.slice(start, end) || tool.sample;
  const lineStart = value.lastIndexOf("\n", start - 1) + 1;
  let text = `${tool.around}${chosen}${tool.around}`;
  let from = start;
  if (tool.link) text = `[${chosen}](https://)`;
  if (tool.before) {
    from = lineStart;
    text = (value.slice(lineStart, end) || tool.sample).split("\n").map((line) => tool.before + line).join("\n");
  }
  area.focus();
  area.setRangeText(text, from, end, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

function addToolbar(area) {
  const bar = document.createElement("div");
  bar.className = "bp-toolbar";
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", area.dataset.textTools);
  for (const tool of TOOLS) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = area.dataset[`text${tool.text[0].toUpperCase()}${tool.text.slice(1)}`];
    button.addEventListener("click", () => apply(area, tool));
    bar.append(button);
  }
  area.before(bar);
}

async function fetchPiece(address, options) {
  const response = await fetch(address, options);
  if (!response.ok || response.redirected) throw new Error(`${response.status}`);
  return response.text();
}

function addPreview(area) {
  const place = area.form.querySelector("[data-preview]");
  const show = later(LOOK_PAUSE, async () => {
    try {
      const body = new URLSearchParams({ text: area.value });
      // The server has cleaned this HTML, as it does for the page itself.
      place.querySelector("[data-preview-text]").innerHTML = await fetchPiece(place.dataset.address, { method: "POST", body });
      place.hidden = false;
    } catch {
      // The button for the preview still works.
    }
  });
  area.addEventListener("input", show);
}

function addSimilar(input) {
  const place = input.form.querySelector("[data-similar-list]");
  const show = later(LOOK_PAUSE, async () => {
    try {
      const query = new URLSearchParams({ titel: input.value.slice(0, 200) });
      place.innerHTML = await fetchPiece(`${place.dataset.address}?${query}`);
    } catch {
      // Saving shows them as well.
    }
  });
  input.addEventListener("input", show);
}

for (const form of document.querySelectorAll("form[data-editor]")) new Editor(form);
for (const area of document.querySelectorAll("textarea[data-markdown]")) {
  addToolbar(area);
  addPreview(area);
}
for (const input of document.querySelectorAll("input[data-similar]")) addSimilar(input);
document.getElementById("fehler")?.focus();
