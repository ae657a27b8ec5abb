// A second press of a sending button changes nothing. The button keeps its name and value, so it is not disabled.
export function start(page) {
  for (const form of page.querySelectorAll("form[data-once]")) {
    form.addEventListener("submit", (event) => once(form, event));
  }
  addEventListener("pageshow", () => page.querySelectorAll("form[data-sent]").forEach(release));
}

function once(form, event) {
  if ("sent" in form.dataset) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "";
  event.submitter?.setAttribute("aria-disabled", "true");
}

function release(form) {
  delete form.dataset.sent;
  form.querySelectorAll("[aria-disabled]").forEach((button) => button.removeAttribute("aria-disabled"));
}
