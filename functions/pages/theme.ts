// Light or dark: the system's choice, until a person chooses. Without scripts the button stays hidden.
import { type Html, html } from './html.ts';
import { icon } from './icons.ts';

export const themeButton: Html = html`<button type="button" class="button quiet no-print" id="theme" aria-pressed="false" hidden>${icon('theme')}Dark</button>`;

export const themeScript = `{const root=document.documentElement,button=document.getElementById('theme');
const dark=()=>root.dataset.theme?root.dataset.theme==='dark':matchMedia('(prefers-color-scheme:dark)').matches;
const show=()=>button.setAttribute('aria-pressed',String(dark()));
button.hidden=false;show();matchMedia('(prefers-color-scheme:dark)').addEventListener('change',show);
button.addEventListener('click',()=>{root.dataset.theme=dark()?'light':'dark';show()})}
`;
