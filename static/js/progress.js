// Asks {percent, label, done} until done, then shows the page again.
const EVERY_MS = 1000;

export function start(page) {
  page.querySelectorAll("[data-progress]").forEach(follow);
}

async function follow(box) {
  const state = await ask(box.dataset.progress);
  if (state) show(box, state);
  if (state?.done) {
    location.reload();
  } else {
    setTimeout(() => follow(box), EVERY_MS);
  }
}

async function ask(address) {
  try {
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

function show(box, { percent, label }) {
  box.querySelector("progress").value = percent;
  box.querySelector("[data-progress-percent]").textContent = Math.floor(percent);
  const note = box.querySelector("[data-progress-label]");
  if (label && note.textContent !== label) note.textContent = label;
}
