// Text about a person never stays on the machine: it goes to the form's own address, or leaving the page asks first.
const QUIET_MS = 1500;

export function start(page) {
  for (const form of page.querySelectorAll("form[data-guard], form[data-autosave]")) {
    watch(form);
  }
}

function watch(form) {
  let unsaved = false;
  let timer;
  form.addEventListener("input", () => {
    unsaved = true;
    clearTimeout(timer);
    if (form.dataset.autosave) {
      timer = setTimeout(async () => { unsaved = !(await save(form)); }, QUIET_MS);
    }
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    unsaved = false;
  });
  addEventListener("beforeunload", (event) => {
    if (unsaved) event.preventDefault();
  });
}

async function save(form) {
  try {
    const answer = await fetch(form.dataset.autosave, { method: "POST", body: new FormData(form) });
    return answer.ok;
  } catch {
    return false;
  }
}
