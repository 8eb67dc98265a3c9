// Suggestions while typing: makes a search field with data-suggestions a combobox with a list (WAI-ARIA 1.2). Without
// this script, or while the server has no answer, the field is what it was. Texts come from the page, in its language.

const PAUSE = 120; // milliseconds after the last key until the server is asked
const MIN_LETTERS = 2;
const KNOWN = 40; // answers kept, for when somebody deletes letters again

class SearchField {
  constructor(input) {
    this.input = input;
    this.options = [];
    this.active = -1;
    this.known = new Map();
    this.list = this.append("ul", { id: `${input.id}-vorschlaege`, class: "bp-suggestions", role: "listbox", hidden: "" });
    this.list.tabIndex = -1; // what scrolls would otherwise be a stop of the tabulator
    this.list.setAttribute("aria-label", input.dataset.textList);
    this.status = this.append("div", { class: "bp-visually-hidden", role: "status" });
    // A search box may not be a combobox, a text box may.
    this.set({ type: "text", inputmode: "search", enterkeyhint: "search", role: "combobox", "aria-autocomplete": "list" });
    this.set({ "aria-expanded": "false", "aria-controls": this.list.id });
    input.addEventListener("input", (event) => this.typed(event));
    input.addEventListener("keydown", (event) => this.pressed(event));
    input.addEventListener("blur", () => this.close());
    // The field keeps the focus while somebody points at the list.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.clicked(event));
    window.addEventListener("pagehide", () => this.close());
  }

  get isOpen() {
    return !this.list.hidden;
  }

  append(tag, attributes) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return this.input.parentElement.appendChild(element);
  }

  set(attributes) {
    for (const [name, value] of Object.entries(attributes)) this.input.setAttribute(name, value);
  }

  typed(event) {
    if (event.isComposing) return;
    this.activate(-1);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), PAUSE);
  }

  async ask() {
    const text = this.input.value.trim();
    this.request?.abort();
    if (text.length < MIN_LETTERS) return this.close();
    const request = (this.request = new AbortController());
    let found = this.known.get(text);
    try {
      found ??= await this.fetch(text, request.signal);
    } catch {
      // Aborted, no network, too many requests: a search works without suggestions.
      if (this.request === request) this.close();
      return;
    }
    if (this.request === request && document.activeElement === this.input) this.show(found);
  }

  async fetch(text, signal) {
    const address = `${this.input.dataset.suggestions}?${new URLSearchParams({ q: text })}`;
    const response = await fetch(address, { signal, headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error(response.statusText);
    const { suggestions } = await response.json();
    if (this.known.size >= KNOWN) this.known.delete(this.known.keys().next().value);
    this.known.set(text, suggestions);
    return suggestions;
  }

  show(suggestions) {
    this.options = suggestions;
    this.active = -1;
    this.input.removeAttribute("aria-activedescendant");
    this.list.replaceChildren(...suggestions.map((suggestion, number) => this.option(suggestion, number)));
    this.list.hidden = !suggestions.length;
    this.set({ "aria-expanded": String(this.isOpen) });
    const { textNone, textOne, textSome } = this.input.dataset;
    const count = suggestions.length;
    this.status.textContent = (count === 0 ? textNone : count === 1 ? textOne : textSome).replace("{}", count);
  }

  option({ label, note, kind }, number) {
    const option = document.createElement("li");
    option.id = `${this.list.id}-${number}`;
    option.className = "bp-suggestions__item";
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.dataset.kind = kind;
    for (const [name, text] of [["label", label], ["note", note]]) {
      const part = option.appendChild(document.createElement("span"));
      part.className = `bp-suggestions__${name}`;
      part.textContent = text;
      option.append(" ");
    }
    return option;
  }

  pressed(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && !this.isOpen) {
      this.ask();
    } else if (step) {
      // Past the last one comes the field itself, then the first one.
      const places = this.options.length + 1;
      this.activate(((this.active + 1 + step + places) % places) - 1);
    } else if (event.key === "Enter" && this.isOpen && this.active >= 0) {
      this.choose(this.active);
    } else if (event.key === "Escape" && this.isOpen) {
      this.close();
    } else {
      if (event.key === "Enter") this.close();
      return;
    }
    event.preventDefault();
  }

  activate(number) {
    this.active = number;
    [...this.list.children].forEach((option, place) => option.setAttribute("aria-selected", String(place === number)));
    const option = this.list.children[number];
    if (option) {
      this.set({ "aria-activedescendant": option.id });
      option.scrollIntoView({ block: "nearest" });
    } else {
      this.input.removeAttribute("aria-activedescendant");
    }
  }

  clicked(event) {
    const option = event.target.closest("[role=option]");
    if (option) this.choose([...this.list.children].indexOf(option));
  }

  choose(number) {
    const { kind, label, address } = this.options[number];
    this.close();
    if (kind === this.input.dataset.kindOfSearch) {
      this.input.value = label;
      this.input.form.requestSubmit();
    } else {
      window.location.assign(address);
    }
  }

  close() {
    clearTimeout(this.timer);
    this.request?.abort();
    this.request = undefined;
    this.list.hidden = true;
    this.status.textContent = "";
    this.set({ "aria-expanded": "false" });
    this.activate(-1);
  }
}

for (const input of document.querySelectorAll("input[data-suggestions]")) new SearchField(input);
