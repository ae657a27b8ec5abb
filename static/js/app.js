// Everything here is a comfort: each page works without it.
const modules = {
  "dialog#key-help": "./shortcuts.js",
  "[data-progress]": "./progress.js",
  "form[data-guard], form[data-autosave]": "./autosave.js",
  "form[data-once]": "./submit-once.js",
  "table[data-select]": "./select-all.js",
  ".error-summary": "./errors.js",
};

for (const [selector, path] of Object.entries(modules)) {
  if (document.querySelector(selector)) {
    import(path).then((module) => module.start(document));
  }
}
