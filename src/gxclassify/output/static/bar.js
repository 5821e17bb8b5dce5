// The bar at the top: name, pages, language, appearance.
import { element } from "./dom.js";
import { language, say, useLanguage } from "./language.js";
import { SCHEMES, scheme, useScheme } from "./preferences.js";

// `pages`: [[word, address, is current]].
export function drawBar(node, pages = [], ...more) {
  const links = pages.map(([word, address, current]) =>
    element("a", { href: address, "aria-current": current ? "page" : null }, say(word)),
  );
  const active = node.contains(document.activeElement) ? document.activeElement.id : "";
  node.replaceChildren(
    element("a", { class: "skip", href: "#main" }, say("skip")),
    element("span", { class: "brand" }, "gxclassify"),
    links.length ? element("nav", { "aria-label": say("pages") }, links) : null ?? "",
    element("span", { class: "space" }),
    ...more,
    schemeButton(),
    element(
      "button",
      { type: "button", class: "quiet", id: "language", lang: language() === "zh" ? "en" : "zh-CN", onclick: switchLanguage },
      say("other_language"),
    ),
  );
  if (active) document.getElementById(active)?.focus({ preventScroll: true });
}

// Who clicked with the mouse goes on with keys that are the page's; who came by the keyboard stays at the button.
function switchLanguage(event) {
  if (event.detail) event.currentTarget.blur();
  useLanguage(language() === "zh" ? "en" : "zh");
}

const FACES = { auto: "◐", light: "☀", dark: "☾" };

function schemeButton() {
  const button = element("button", { type: "button", class: "quiet face", id: "scheme" });
  const tell = () => {
    button.textContent = `${FACES[scheme()]}\ufe0e`;
    button.setAttribute("aria-label", say(`scheme_${scheme()}`));
    button.title = say(`scheme_${scheme()}`);
  };
  button.addEventListener("click", () => {
    useScheme(SCHEMES[(SCHEMES.indexOf(scheme()) + 1) % SCHEMES.length]);
    tell();
  });
  tell();
  return button;
}
