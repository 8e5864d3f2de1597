// The editor of a text: puts blanks and markup in at the cursor. All of it can be typed as well.
document.querySelectorAll("[data-tools]").forEach((tools) => { tools.hidden = false; });
function put(area, before, after) {
  const [start, end] = [area.selectionStart, area.selectionEnd];
  const chosen = area.value.slice(start, end);
  area.focus();
  area.setRangeText(before + chosen + after, start, end, "end");
  if (after && !chosen) area.setSelectionRange(start + before.length, start + before.length);
  area.dispatchEvent(new Event("input", { bubbles: true }));
}
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-before]");
  if (!button) return;
  put(document.getElementById(button.dataset.area), button.dataset.before, button.dataset.after || "");
});
