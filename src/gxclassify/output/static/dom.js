// Elements from data. Text goes in as text only, so that nothing a stranger wrote can become markup.

const SVG = "http://www.w3.org/2000/svg";

// element("p", { class: "note", onclick: f }, "text", child): attributes that are null or false are left out.
export function element(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

export function shape(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

// Styles are set through the object model, which the content policy allows; style attributes it does not.
export function styled(node, properties) {
  for (const [name, value] of Object.entries(properties)) node.style.setProperty(name, value);
  return node;
}

export function percent(value) {
  if (value === null) return "–";
  const figure = value * 100;
  if (figure > 99.5 && figure < 100) return ">99%";
  if (figure < 0.5 && figure > 0) return "<1%";
  return `${Math.round(figure)}%`;
}
