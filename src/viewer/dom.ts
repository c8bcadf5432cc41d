/** What may stand inside an element; texts stay texts, whatever they look like. */
export type Child = Node | string | undefined

export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>

/** An element. `true` sets an attribute without a value; `false` and undefined leave it out. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag)
  setAttributes(made, attributes)
  made.append(...children.filter(child => child !== undefined))
  return made
}

export function setAttributes(target: HTMLElement, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) target.removeAttribute(name)
    else target.setAttribute(name, value === true ? '' : String(value))
  }
}

/** A button that looks as its class says. */
export function button(
  attributes: Attributes,
  onClick: (event: MouseEvent) => void,
  ...children: readonly Child[]
): HTMLButtonElement {
  const made = element('button', { type: 'button', ...attributes }, ...children)
  made.addEventListener('click', onClick)
  return made
}

/** Leads out of the page; a text that is no web address stays a text. */
export function outsideLink(url: string, text: string): Child {
  if (!/^https?:\/\//i.test(url)) return element('span', {}, text)
  return element('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, text)
}

/** A sign for those who see, and nothing for those who hear: the word beside it says the same. */
export function sign(text: string, tone = ''): HTMLElement {
  return element('span', { class: `sign ${tone}`, 'aria-hidden': 'true' }, text)
}

/** A heading, and what it is of. */
export function section(title: string, className: string, ...children: readonly Child[]): HTMLElement {
  return element('section', { class: className }, element('h3', {}, title), ...children)
}

/** Shown on demand. */
export function disclosure(
  summary: readonly Child[],
  fill: () => readonly Child[],
  isOpen = false
): HTMLDetailsElement {
  const made = element('details', {}, element('summary', {}, ...summary))
  let isFilled = false
  const fillOnce = (): void => {
    if (isFilled || !made.open) return
    isFilled = true
    made.append(...fill().filter(child => child !== undefined))
  }
  made.addEventListener('toggle', fillOnce)
  made.open = isOpen
  fillOnce()
  return made
}
