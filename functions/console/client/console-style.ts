// What the pages of the console add to the base style (../../pages/base-style.ts).
export const consoleStyle = `
html{scroll-padding-top:64px}
body{overflow-anchor:auto}
.textures{position:absolute;width:0;height:0}
.textures rect{fill:var(--fill)}
.textures .ground{fill:var(--fill2)}
.textures .doubt rect{fill:var(--warn)}
.textures .doubt .ground{fill:var(--warn-bg)}
.textures .overdue rect{fill:var(--bad)}
.textures .overdue .ground{fill:var(--bad-bg)}
svg.bar{width:100%}
svg.bar.thin{height:6px}
.app{display:grid;grid-template:"top top" 48px "nav main" 1fr / 188px minmax(0,1fr);min-height:100vh}
.top{grid-area:top;display:flex;align-items:center;gap:4px 16px;padding:0 16px;background:var(--card);border-bottom:1px solid var(--line);position:sticky;top:0;z-index:5;height:48px}
.fact dd small{vertical-align:1px}
.brand{white-space:nowrap;font-weight:650;display:flex;gap:8px;align-items:center;color:var(--text)}
.brand .icon{color:var(--link)}
.grow{flex:1}
.where,.read{color:var(--mute);font-size:12.5px;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
.where b,.read b{color:var(--text);font-weight:550}
.mode{display:inline-flex;align-items:center;gap:6px;font-weight:550;color:var(--mute);white-space:nowrap}
.lost .read{color:var(--bad)}
.nav{grid-area:nav;padding:12px 8px;border-right:1px solid var(--line)}
.nav ul{position:sticky;top:60px;display:grid;gap:2px}
.nav a{display:flex;align-items:center;gap:10px;padding:7px 10px;border-radius:6px;color:var(--mute);font-weight:550}
.nav a:hover{background:var(--sunk);color:var(--text);text-decoration:none}
.nav a[aria-current]{background:var(--sunk);color:var(--text)}
.nav a[aria-current] .icon{color:var(--link)}
.nav .count{margin-left:auto;font-size:12px;min-width:20px;text-align:center;border-radius:9px;padding:0 6px;background:var(--bad-bg);color:var(--bad)}
main{grid-area:main;padding:16px 20px 48px;max-width:1440px;width:100%}
.head{margin-bottom:14px}
.head p{margin-top:3px;color:var(--mute)}
.head b{color:var(--text);font-weight:600}
.section{display:flex;align-items:baseline;gap:4px 10px;margin:22px 0 8px;flex-wrap:wrap}
.section small{flex:1 1 auto}
.fact{padding:12px 14px}
.fact + .card,.card + .fact{margin-top:10px}
.row{display:flex;gap:6px 8px;flex-wrap:wrap;align-items:center}
.row.between{justify-content:space-between}
.row.end{justify-content:flex-end}
.note{margin-top:6px}
.button{color:var(--text)}
.button:hover{text-decoration:none}
.button.primary{background:var(--link);border-color:var(--link);color:light-dark(#fff,#0e1115)}
.button.danger{color:var(--bad);border-color:currentColor}
.cli{display:flex;gap:8px;align-items:flex-start;background:var(--sunk);border-radius:6px;padding:5px 5px 5px 10px;margin-top:6px}
.cli code{flex:1;padding:2px 0}
.cli code:before{content:"$ ";color:var(--mute)}
.cli .button{min-height:24px;font-size:12px;padding:1px 7px}
pre{margin:6px 0 0;padding:8px 10px;background:var(--sunk);border-radius:6px;font:12.5px / 1.5 ui-monospace,Menlo,Consolas,monospace;white-space:pre-wrap;overflow-wrap:anywhere;max-height:40vh;overflow:auto}
.problem{color:var(--bad);background:var(--bad-bg);border-radius:6px;padding:6px 10px}
.needs{display:grid;grid-template-columns:repeat(5,minmax(0,1fr));gap:8px}
.needs a{display:grid;grid-template-columns:auto 1fr;gap:0 10px;padding:9px 12px;color:var(--text);border-left:3px solid var(--hue);height:100%;align-content:start}
.needs a:hover{text-decoration:none;background:var(--sunk)}
.needs .figure{font-size:24px;line-height:1.15;font-weight:650;color:var(--hue)}
.needs .word{align-self:center;display:flex;align-items:center;gap:5px;font-weight:600}
.needs .word .icon{color:var(--hue)}
.needs .idle .word{color:var(--mute)}
.needs .text{grid-column:1 / -1;font-size:12.5px;margin-top:2px;color:var(--mute)}
.needs .text b{color:var(--text);font-weight:550}
.clusters{display:grid;grid-template-columns:repeat(auto-fill,minmax(290px,1fr));gap:10px}
.cluster{padding:11px 14px 8px;display:flex;flex-direction:column}
.cluster header{display:flex;justify-content:space-between;align-items:center;gap:8px}
.cluster h3{overflow-wrap:anywhere}
.cluster .big{display:flex;align-items:baseline;gap:2px 6px;margin:7px 0 5px;flex-wrap:wrap}
.cluster .big b{font-size:26px;line-height:1;font-weight:650}
.cluster .big .mute{margin-left:auto}
.cluster dl{display:grid;grid-template-columns:68px minmax(30px,1fr) auto;gap:5px 10px;align-items:center;margin:9px 0 8px;font-size:13px}
.cluster dt{color:var(--mute);align-self:start}
.cluster dd{display:flex;justify-content:flex-end;align-items:center}
.cluster dd.wide{grid-column:2 / -1;text-align:right;text-wrap:balance;display:block;overflow-wrap:anywhere}
.cluster .state{vertical-align:top;line-height:1.3;white-space:normal}
.cluster footer{display:flex;gap:2px;margin:auto -8px -3px;border-top:1px solid var(--line);padding-top:4px;flex-wrap:wrap}
.flow{display:grid;grid-template-columns:0.8fr 1fr 1fr 1.1fr 0.8fr}
.flow li{padding:10px 14px 10px 22px;position:relative;min-width:0}
.flow li:first-child{padding-left:14px}
.flow li + li{border-left:1px solid var(--line)}
.flow li + li:before{content:"";position:absolute;left:-6px;top:20px;width:10px;height:10px;border:1px solid var(--edge);border-width:1.5px 1.5px 0 0;rotate:45deg;background:var(--card)}
.flow li:last-child:before{display:none}
.flow h3{color:var(--mute);font-size:12.5px;font-weight:550}
.flow .figure{font-size:22px;font-weight:650;line-height:1.2;display:flex;gap:7px;align-items:baseline}
.flow .bar{margin:3px 0 6px}
.flow dl{display:grid;grid-template-columns:1fr auto;gap:1px 8px;font-size:12.5px}
.flow dd{text-align:right}
.flow dt{display:flex;gap:5px;align-items:center;color:var(--mute);white-space:nowrap}
.flow dt .icon{scale:0.85;color:var(--hue)}
.chart{padding:8px 0 4px}
.legend{display:inline-flex;gap:2px 14px;flex-wrap:wrap;align-items:center}
.legend span{display:inline-flex;gap:5px;align-items:center}
.legend .swatch{width:16px;height:9px}
.limit{stroke:var(--bad);stroke-dasharray:5 4;fill:none}
.lanes{min-width:740px}
.lane{display:grid;grid-template-columns:132px 1fr 74px;align-items:stretch;padding:0 14px}
.lane + .lane{border-top:1px solid var(--line)}
.lane>div{padding:8px 8px 8px 0;line-height:1.3;overflow-wrap:anywhere}
.lane>div:last-child{padding:8px 0;text-align:right}
.lane>div:first-child small,.lane>div:last-child small:last-child:not(:first-of-type){display:block}
.lane-plot{width:100%;height:96px;display:block;overflow:visible}
.lane-plot path{vector-effect:non-scaling-stroke;fill:none}
.lane-plot .nodes{fill:var(--fill2);stroke:var(--fill);stroke-width:2}
.purchase{overflow:visible}
.purchase rect{fill:var(--card);stroke:var(--hue,var(--edge))}
.purchase text{text-anchor:middle;font-size:11.5px;font-weight:600;fill:var(--text)}
.purchase.bad text,.purchase.warn text{fill:var(--hue)}
.purchase a:focus-visible rect{stroke:var(--link);stroke-width:2.5}
.asked{color:var(--hue);translate:-7px;fill:none;stroke:currentColor;stroke-width:1.7;stroke-linecap:round;stroke-linejoin:round}
.axis.lane{border-top:0}
.axis>div{padding:0 !important}
.axis-plot{width:100%;height:18px;overflow:visible;font-size:12px}
.axis-plot text{fill:var(--mute)}
.axis-plot .now{fill:var(--text);font-weight:600}
.filter{display:flex;gap:8px 10px;flex-wrap:wrap;align-items:end;padding:10px 12px;margin-bottom:10px}
.card>.filter{margin:0;border-bottom:1px solid var(--line)}
.filter label{display:grid;gap:2px;font-size:12.5px;color:var(--mute)}
.filter .grow{flex:1 1 200px}
.filter small{align-self:center}
.filter-command{padding:0 12px 8px;border-bottom:1px solid var(--line)}
.jobs td{font-size:13.5px;white-space:nowrap}
.jobs tbody td:nth-child(4){min-width:150px;width:100%;white-space:normal;overflow-wrap:anywhere}
.jobs tbody tr.bad,.jobs tbody tr.warn{background:color-mix(in srgb,var(--tint) 55%,transparent)}
.jobs tbody tr:hover{background:var(--sunk)}
.jobs tfoot td{font-weight:600;border-top:1px solid var(--line);border-bottom:0}
.pager{display:flex;gap:10px;align-items:center;margin-top:10px}
.path{display:flex;gap:6px;color:var(--mute);font-size:13px;margin-bottom:6px;align-items:center;flex-wrap:wrap}
.stages{display:grid;grid-template-columns:repeat(5,1fr);margin-bottom:14px;overflow:hidden}
.stages li{padding:8px 12px;display:grid;gap:0 6px;grid-template-columns:16px 1fr;border-top:3px solid var(--hue)}
.stages li + li{border-left:1px solid var(--line)}
.stages .icon{color:var(--hue);margin-top:2px}
.stages b{font-weight:600}
.stages small{grid-column:2}
.stages .todo{border-top-color:var(--line)}
.stages .todo b{font-weight:400;color:var(--mute)}
.columns{display:grid;grid-template-columns:minmax(0,1fr) 372px;gap:16px;align-items:start}
.timeline{padding:14px 16px 4px}
.timeline>li{display:grid;grid-template-columns:96px 22px minmax(0,1fr);gap:0 8px;padding-bottom:14px;position:relative}
.timeline>li:not(:last-child):before{content:"";position:absolute;left:114px;top:20px;bottom:-2px;width:1.5px;background:var(--line)}
.timeline .at{color:var(--mute);font-size:12.5px;text-align:right;padding-top:1px;white-space:nowrap}
.timeline .at:empty{display:none}
.timeline .at:empty+.dot{grid-column:2}
.timeline .dot{color:var(--hue);height:20px;display:grid;place-items:center;background:var(--card);z-index:1}
.timeline p{overflow-wrap:anywhere}
.sum{width:auto;min-width:min(100%,420px);background:var(--sunk);border-radius:6px;margin-top:7px}
.sum td,.sum th[scope="row"]{padding:3px 12px;border:0;font-size:13px}
.sum th[scope="row"]{color:var(--mute)}
.sum tr:first-child>*{padding-top:8px}
.sum tr:last-child>*{padding-bottom:8px}
.sum .result>*,.sum .result th[scope="row"]{border-top:1px solid var(--edge);font-weight:650;color:var(--text)}
.side{display:grid;gap:10px;min-width:0}
.side .fact + .fact{margin-top:0}
.fact dl{display:grid;grid-template-columns:92px minmax(0,1fr);gap:4px 10px;margin-top:6px;font-size:13px}
.fact dt{color:var(--mute)}
.fact dd{overflow-wrap:anywhere}
.side h3{margin-top:10px}
.action{border-top:1px solid var(--line);padding-top:10px;margin-top:10px}
.action>div:first-child{display:flex;justify-content:space-between;gap:8px;align-items:center}
.action p{font-size:13px;color:var(--mute)}
.letter{padding:12px 14px;margin-top:10px}
.letter header{display:flex;gap:4px 12px;flex-wrap:wrap;align-items:baseline}
.letter header small{margin-left:auto}
.letter p{overflow-wrap:anywhere}
.letter .row{margin-top:8px}
.would{display:flex;gap:8px;background:var(--tint);border-radius:6px;padding:6px 10px;margin:8px 0}
.would .icon{color:var(--hue);margin-top:2px}
details{flex:1 1 200px}
summary{cursor:pointer;color:var(--mute)}
.calendar th,.calendar td{padding:6px;text-align:center;border:1px solid var(--line)}
.calendar{border-style:hidden;table-layout:fixed;min-width:640px}
.calendar th:first-child{width:86px}
.calendar th:nth-child(9){width:60px}
.calendar th:nth-child(10){width:130px}
.calendar td:nth-child(n + 9),.calendar th:nth-child(n + 9){text-align:right;padding:6px 12px}
.calendar tbody th{text-align:left;padding-left:12px;font-weight:550}
.calendar td{height:50px;line-height:1.2;border-bottom:1px solid var(--line) !important}
.calendar td small{display:block;font-size:11.5px;color:inherit;overflow-wrap:anywhere}
.calendar .none{color:var(--mute);vertical-align:top;font-size:12px}
.calendar .some{background:color-mix(in srgb,var(--fill2) 45%,var(--card))}
.calendar .many{background:var(--fill2)}
.calendar .today{box-shadow:inset 0 0 0 2px var(--link)}
.capacity{min-width:640px}
.groups{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,560px),1fr));gap:10px;align-items:start;margin-top:10px}
.groups h2{padding:10px 14px 4px;display:flex;justify-content:space-between}
.checks td,.checks th[scope="row"]{padding:3px 14px 3px 0;border:0;font-size:13.5px}
.checks td:first-child{padding-left:14px;width:72px}
.checks th[scope="row"]{color:var(--mute);width:230px;overflow-wrap:anywhere}
.checks td:last-child{overflow-wrap:anywhere}
.checks .state.ok{font-weight:400}
.remedy{display:block;margin-top:2px;font-weight:550}
dialog{border:1px solid var(--edge);border-radius:10px;background:var(--card);color:var(--text);padding:18px 20px;width:min(560px,calc(100vw - 24px))}
dialog::backdrop{background:#00000080}
.act-form{max-width:620px}
.act-form form{display:grid;gap:10px}
.act-form h1{font-size:17px;overflow-wrap:anywhere}
.act-form h2{font-size:12.5px;font-weight:400;color:var(--mute)}
.act-form label{font-weight:550;display:grid;gap:4px}
.act-form input,.act-form textarea{font-weight:400}
.act-form .row{margin-top:6px}
dialog .act-form{border:0;padding:0;max-width:none}
@media (max-width: 1250px){.needs{grid-template-columns:repeat(6,minmax(0,1fr))}
.needs li{grid-column:span 2}
.needs li:nth-child(n + 4){grid-column:span 3}
.columns{grid-template-columns:minmax(0,1fr)}
.columns .side{order:-1}
.columns .actions{order:-1}}
@media (max-width: 899px){.app{grid-template:"top" auto "main" 1fr / minmax(0,1fr)}
.top{height:auto;min-height:48px;padding:4px 12px;gap:2px 8px}
.where,.read{display:none}
.nav{position:fixed;inset:auto 0 0;z-index:5;background:var(--card);border:0;border-top:1px solid var(--line);padding:2px 4px max(2px,env(safe-area-inset-bottom))}
.nav ul{position:static;grid-template-columns:repeat(5,1fr);gap:0}
.nav a{flex-direction:column;gap:1px;padding:6px 0 5px;font-size:11.5px;position:relative;white-space:nowrap;min-height:40px}
.nav a[aria-current]{background:none;color:var(--link)}
.nav .count{position:absolute;left:calc(50% + 6px);top:1px;font-size:11px;line-height:15px;padding:0 4px;min-width:16px}
html{scroll-padding:60px 0 72px}
main{padding:12px 12px 88px}
.needs{grid-template-columns:minmax(0,1fr);gap:6px}
.needs li,.needs li:nth-child(n + 4){grid-column:auto}
.needs a{grid-template-columns:auto auto 1fr;align-items:baseline;padding:7px 12px}
.needs .figure{font-size:19px;min-width:14px}
.clusters{grid-template-columns:minmax(0,1fr)}
.flow{grid-template-columns:1fr 1fr}
.flow li,.flow li:first-child{padding:9px 12px}
.flow li + li{border-left:0;border-top:1px solid var(--line)}
.flow li:nth-child(1),.flow li:nth-child(2){border-top:0}
.flow li:nth-child(even){border-left:1px solid var(--line)}
.flow li:last-child{grid-column:1 / -1}
.flow li + li:before{display:none}
.lane{grid-template-columns:118px 1fr 66px;padding:0 12px 0 0}
.lane>div:first-child{position:sticky;left:0;z-index:2;background:var(--card);padding-left:12px}
.jobs thead{display:none}
.jobs,.jobs tbody,.jobs tfoot{display:block}
.jobs tr{display:grid;grid-template-columns:1fr auto auto;gap:2px 10px;padding:9px 12px;border-bottom:1px solid var(--line)}
.jobs td{display:block;padding:0;border:0}
.jobs td:nth-child(1){order:1;text-align:left}
.jobs td:nth-child(7){order:2;grid-column:2 / -1;text-align:right}
.jobs td:nth-child(2){order:3}
.jobs td:nth-child(5){order:4}
.jobs td:nth-child(6){order:5;min-width:62px}
.jobs tbody td:nth-child(4){order:6;grid-column:1 / -1;min-width:0;width:auto;font-size:13px}
.jobs td:nth-child(3){display:none}
.jobs tfoot td:nth-child(n){order:0;grid-column:auto}
.filter label{flex:1 1 45%}
.stages{grid-template-columns:repeat(3,1fr)}
.stages li{padding:6px 8px}
.timeline{padding:12px 12px 2px}
.timeline>li{grid-template-columns:20px minmax(0,1fr);gap:0 8px}
.timeline .at{grid-column:2;text-align:left}
.timeline .dot,.timeline .at:empty+.dot{grid-area:1 / 1}
.timeline>li>div{grid-column:2}
.timeline>li:not(:last-child):before{left:9px}
.checks tr{display:grid;grid-template-columns:66px minmax(0,1fr);padding:5px 12px}
.checks td,.checks th[scope="row"],.checks td:first-child{padding:0;width:auto}
.checks td:nth-child(3){grid-column:2}
.sum td,.sum th[scope="row"]{padding:3px 8px;white-space:normal}
.action>div:first-child{flex-wrap:wrap}}
@media print{.app{display:block}
.top,.nav,.filter,.filter-command,.pager,.copy,.act,.cluster footer{display:none !important}
main{padding:0;max-width:none}
.needs{grid-template-columns:repeat(3,1fr)}
.needs li,.needs li:nth-child(n + 4){grid-column:auto}
.lanes{min-width:0}
.calendar,.capacity{min-width:0}
.columns{grid-template-columns:minmax(0,1fr)}
.flow{grid-template-columns:repeat(5,1fr)}}
`;
