"use strict";
(() => {
  const root = document.documentElement;

  // Theme: what the reader's system says, until the button is pressed. A file opened from disk may have no storage.
  const stored = () => { try { return localStorage.getItem("assay-theme"); } catch { return null; } };
  const keep = (theme) => { try { localStorage.setItem("assay-theme", theme); } catch { /* not kept */ } };
  const button = document.getElementById("theme");
  const isDark = () => (root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const name = () => { button.textContent = isDark() ? "Light mode" : "Dark mode"; };
  if (stored() === "dark" || stored() === "light") root.dataset.theme = stored();
  button.hidden = false;
  button.addEventListener("click", () => { root.dataset.theme = isDark() ? "light" : "dark"; keep(root.dataset.theme); name(); });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", name);
  name();

  // Filters: an item stays when it holds every word and has every chosen value; a group stays while one of its items does.
  for (const form of document.querySelectorAll("form[data-filters]")) {
    const target = document.getElementById(form.dataset.filters);
    const items = [...target.querySelectorAll("[data-item]")];
    const texts = items.map((item) => item.textContent.toLowerCase());
    const box = form.querySelector("input");
    const choices = [...form.querySelectorAll("select")];
    const said = form.querySelector("output");
    const apply = () => {
      const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      items.forEach((item, number) => {
        const stays = words.every((word) => texts[number].includes(word))
          && choices.every((choice) => !choice.value || item.dataset[choice.name] === choice.value);
        item.hidden = !stays;
        shown += stays;
      });
      for (const group of target.querySelectorAll("[data-group]")) {
        group.hidden = !group.querySelector("[data-item]:not([hidden])");
      }
      said.textContent = `${shown} of ${items.length} shown`;
    };
    form.hidden = false;
    form.addEventListener("input", apply);
    form.addEventListener("submit", (event) => event.preventDefault());
    apply();
  }

  // What is linked to is opened; what is printed is opened, and closed again after.
  const reveal = () => {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let each = target; each; each = each.parentElement) if (each.tagName === "DETAILS") each.open = true;
  };
  addEventListener("hashchange", reveal);
  reveal();
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details:not([open])")];
    closed.forEach((each) => { each.open = true; });
  });
  addEventListener("afterprint", () => closed.forEach((each) => { each.open = false; }));
})();
