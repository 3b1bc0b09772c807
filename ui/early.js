// The password field, before the screens are there to show it: they take a moment to load, and whoever starts the
// program types a password first. What the last start ended with is drawn again from the few words kept of it; what is
// typed meanwhile goes over into the sign-in (ui/src/early.rs). No name and no password is ever kept.
try {
  const last = JSON.parse(localStorage.getItem("palika sign-in"));
  if (last) {
    const root = document.documentElement;
    root.lang = last.language;
    root.dataset.theme = last.theme;
    root.style.fontSize = `${last.zoom_percent}%`;
    const element = (name, properties, ...children) => {
      const made = Object.assign(document.createElement(name), properties);
      made.append(...children);
      return made;
    };
    const field = element("input", { id: "early-password", type: "password", autocomplete: "off" });
    const label = element("label", { htmlFor: field.id }, last.password);
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") field.dataset.entered = "true";
    });
    const brand = element("p", { className: "brand" }, "पालिका Palika");
    const card = element("div", { className: "gate-card" }, element("div", { className: "gate-head" }, brand));
    card.append(element("h1", {}, last.heading));
    card.append(element("div", { className: "field" }, label, field));
    document.body.append(element("main", { id: "early", className: "gate" }, card));
    card.style.minHeight = `${last.card_height_px}px`;
    label.parentElement.style.marginTop = `${last.field_top_px - field.offsetTop + card.offsetTop}px`;
    field.focus();
    performance.mark("early field");
  }
} catch {
  // Nothing kept, or nothing that can be read: the screens begin by themselves.
}
