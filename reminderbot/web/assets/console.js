// The console's few lines of script: every page works without them.
document.addEventListener("click", (event) => {
  const copy = event.target.closest("[data-copy]");
  if (copy) {
    const field = document.getElementById(copy.dataset.copy);
    field.select();
    navigator.clipboard?.writeText(field.value).then(() => { copy.textContent = copy.dataset.copied; });
  }
  if (event.target.closest("[data-print]")) window.print();
});
// A button that was pressed is not pressed twice while its form is on the way.
document.addEventListener("submit", (event) => {
  const button = event.target.querySelector("button[type=submit]");
  if (button && !event.defaultPrevented && !event.target.hasAttribute("data-download")) {
    setTimeout(() => { button.disabled = true; }, 0);
    setTimeout(() => { button.disabled = false; }, 4000);
  }
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll("button[type=submit][disabled]").forEach((button) => { button.disabled = false; });
});
// A file that is too large is told so before it is sent: the server would hang up in the middle of it.
document.addEventListener("change", (event) => {
  const most = Number(event.target.dataset?.most || 0);
  if (most) {
    const file = event.target.files[0];
    event.target.setCustomValidity(file && file.size > most ? event.target.dataset.large : "");
    event.target.reportValidity();
  }
});
