// Digits pick a choice, Alt+letter presses a button, ? lists the keys. Silent while text is typed or converted.
const GAP_MS = 700;
const SWITCH = "digit-keys";
const TEXT = "textarea, select, [contenteditable], input:not([type=radio], [type=checkbox], [type=submit], [type=button])";

let typed = "";
let timer;

export function start(page) {
  const dialog = page.querySelector("#key-help");
  prepare(page, dialog);
  page.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229 || dialog.open) return;
    if (event.altKey) return press(page, event);
    if (event.ctrlKey || event.metaKey || event.target.matches(TEXT)) return;
    if (event.key === "?") return open(dialog, event);
    if (/^[0-9]$/.test(event.key) && digitsOn()) digit(page, event);
  });
}

function press(page, event) {
  if (!/^Key[A-Z]$/.test(event.code) || event.ctrlKey) return;
  const target = page.querySelector(`[data-alt="${event.code.at(-1).toLowerCase()}"]`);
  if (!target) return;
  event.preventDefault();
  target.click();
}

function digit(page, event) {
  const choices = [...page.querySelectorAll("[data-key]:not(:disabled)")];
  clearTimeout(timer);
  typed = choices.some(startsWith(typed + event.key)) ? typed + event.key : event.key;
  const longer = choices.some((choice) => startsWith(typed)(choice) && choice.dataset.key !== typed);
  if (!longer) return pick(choices);
  timer = setTimeout(() => pick(choices), GAP_MS);
}

const startsWith = (text) => (choice) => choice.dataset.key.startsWith(text);

function pick(choices) {
  const choice = choices.find((each) => each.dataset.key === typed);
  typed = "";
  if (!choice) return;
  choice.focus();
  choice.click();
}

function open(dialog, event) {
  event?.preventDefault();
  dialog.showModal();
}

function prepare(page, dialog) {
  const opener = page.querySelector("[data-open-keys]");
  opener.hidden = false;
  opener.addEventListener("click", () => open(dialog));
  const box = dialog.querySelector("[data-digit-keys]");
  box.checked = digitsOn();
  box.addEventListener("change", () => localStorage.setItem(SWITCH, box.checked ? "on" : "off"));
  const list = dialog.querySelector("[data-key-list]");
  for (const each of [...page.querySelectorAll("[data-alt]"), ...page.querySelectorAll("[data-key]")]) list.append(line(each));
}

const digitsOn = () => localStorage.getItem(SWITCH) !== "off";

function line(element) {
  const row = document.createElement("div");
  const term = row.appendChild(document.createElement("dt"));
  const label = element.dataset.alt ? element.querySelector("span") : element.closest("label").querySelector(".card-choice__text").firstChild;
  term.appendChild(document.createElement("kbd")).textContent = element.dataset.alt ? `Alt+${element.dataset.alt.toUpperCase()}` : element.dataset.key;
  row.appendChild(document.createElement("dd")).textContent = label.textContent;
  return row;
}
