// The look that all pages share: design tokens, type, and small parts. A string in a module, so that it comes along with the
// source, in a bundle and in a package alike.

/**
 * Colours as `light-dark()` pairs: `data-theme` on the root overrides the system's choice. The contrast of each text colour on each of
 * its grounds is 4.5 to 1 or more.
 */
const tokens = `
:root{color-scheme:light dark;
--bg:light-dark(#f5f6f8,#0e1115);--card:light-dark(#fff,#161a20);--sunk:light-dark(#eef0f4,#1f252d);
--line:light-dark(#dfe3e9,#2b323c);--edge:light-dark(#7b8593,#707b8a);
--text:light-dark(#15181d,#e8ebef);--mute:light-dark(#545d69,#a3adba);--link:light-dark(#2450c4,#93b3ff);
--fill:light-dark(#4a6fd6,#6c8fe8);--fill2:light-dark(#c9d6f7,#2c3d68);
--ok:light-dark(#17703f,#5fcf90);--ok-bg:light-dark(#e4f3ea,#12291d);
--info:light-dark(#0c6383,#66c6e6);--info-bg:light-dark(#e2f0f6,#10262f);
--warn:light-dark(#855600,#efbb55);--warn-bg:light-dark(#fbeed0,#2f2511);
--bad:light-dark(#b8232a,#ff8f89);--bad-bg:light-dark(#fde9e8,#381b1b);
--radius:8px}
:root[data-theme=light]{color-scheme:light}
:root[data-theme=dark]{color-scheme:dark}
`;

const elements = `
*{box-sizing:border-box}
[hidden]{display:none!important}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--bg);color:var(--text);
font:14px/1.45 -apple-system,BlinkMacSystemFont,Segoe UI,Roboto,Helvetica Neue,Arial,sans-serif;
font-variant-numeric:tabular-nums}
h1,h2,h3,p,ul,ol,dl,dd,figure{margin:0;padding:0}
ol,ul{list-style:none}
h1{font-size:22px;line-height:1.25;letter-spacing:-.01em;font-weight:650;text-wrap:pretty}
h1:focus{outline:0}
h2{font-size:15px;line-height:1.3;font-weight:650}
h3{font-size:14px;line-height:1.3;font-weight:650}
a{color:var(--link);text-decoration:none}
a:hover{text-decoration:underline}
p a,td a{text-decoration:underline;text-underline-offset:2px}
:focus-visible{outline:2px solid var(--link);outline-offset:2px;border-radius:4px}
small,.mute{color:var(--mute);font-size:12.5px}
code{font:12.5px/1.5 ui-monospace,Menlo,Consolas,monospace;overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%}
th{font-size:12.5px;font-weight:550;color:var(--mute);text-align:left;white-space:nowrap}
th,td{padding:8px 12px;border-bottom:1px solid var(--line);vertical-align:top}
th[scope=row]{color:var(--text);font-size:inherit;font-weight:400;white-space:normal}
tbody tr:last-child>*{border-bottom:0}
.num{text-align:right;white-space:nowrap}
button,select,input,textarea{font:inherit;color:inherit}
select,input:not([type=range]),textarea{border:1px solid var(--edge);border-radius:6px;background:var(--card);
color:var(--text);padding:4px 8px;min-height:32px;width:100%}
`;

const parts = `
.hidden-text{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.skip{position:absolute;left:8px;top:-60px;background:var(--card);padding:8px 12px;z-index:9}
.skip:focus{top:8px}
.button{display:inline-flex;align-items:center;gap:6px;min-height:32px;padding:4px 12px;border:1px solid var(--edge);
border-radius:6px;background:var(--card);cursor:pointer;font-weight:550;white-space:nowrap}
.button:hover{background:var(--sunk)}
.button.quiet{border-color:transparent;background:none;color:var(--mute);padding:4px 8px}
.button.quiet:hover{color:var(--text);background:var(--sunk)}
.card{background:var(--card);border:1px solid var(--line);border-radius:var(--radius);min-width:0}
.icon{width:16px;height:16px;flex:none;fill:none;stroke:currentColor;stroke-width:1.7;stroke-linecap:round;
stroke-linejoin:round;vertical-align:-3px}
.ok{--hue:var(--ok);--tint:var(--ok-bg)}
.info{--hue:var(--info);--tint:var(--info-bg)}
.warn{--hue:var(--warn);--tint:var(--warn-bg)}
.bad{--hue:var(--bad);--tint:var(--bad-bg)}
.idle{--hue:var(--mute);--tint:var(--sunk)}
.state{display:inline-flex;align-items:center;gap:5px;white-space:nowrap;font-weight:550}
.state .icon{color:var(--hue)}
.state.bad,.state.warn,.state.idle{color:var(--hue)}
.state.tinted{background:var(--tint);color:var(--hue);border-radius:5px;padding:1px 8px 1px 5px}
.bar{display:flex;gap:1px;height:10px;border-radius:3px;overflow:hidden;background:var(--sunk);
box-shadow:inset 0 0 0 1px var(--line)}
.bar i{display:block;height:100%}
.f{background:var(--fill)}
.f-way{background:repeating-linear-gradient(135deg,var(--fill) 0 3px,var(--fill2) 3px 6px)}
.f-doubt{background:repeating-linear-gradient(90deg,var(--warn) 0 2px,var(--warn-bg) 2px 5px)}
.f-over{background:repeating-linear-gradient(135deg,var(--bad) 0 3px,var(--bad-bg) 3px 6px)}
.f-ok{background:var(--ok)}.f-info{background:var(--info)}.f-warn{background:var(--warn)}.f-bad{background:var(--bad)}
.f-idle{background:var(--edge)}
.stats{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));overflow:hidden}
.stats>div{padding:12px 14px;min-width:0;box-shadow:-1px -1px 0 var(--line)}
.stats dt{color:var(--mute);font-size:12.5px}
.stats .figure{font-size:26px;font-weight:650;line-height:1.2}
.stats .figure small{font-weight:400;font-size:13px}
.stats .note{font-size:12.5px;line-height:1.4;color:var(--mute)}
.scrolls{overflow-x:auto}
@media(max-width:899px){h1{font-size:20px}.button{min-height:40px}select,input,textarea{font-size:16px!important}
.stats{grid-template-columns:1fr 1fr}.stats>div:last-child:nth-child(odd){grid-column:1/-1}.stats .figure{font-size:22px}}
@media print{:root,:root[data-theme]{color-scheme:light}body{background:#fff;font-size:11px}
.no-print{display:none!important}.card:not(:has(tr)),figure{break-inside:avoid}h2{break-after:avoid}tr{break-inside:avoid}
.scrolls{overflow:visible}@page{margin:12mm}*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
`;

export const baseStyle = tokens + elements + parts;
