// What the page of a backtest adds to the base style.
export const pageStyle = `
body{padding:0 20px 48px}
.wrap{max-width:1280px;margin:0 auto}
.top{display:flex;gap:4px 16px;align-items:center;padding:10px 0;border-bottom:1px solid var(--line);margin-bottom:18px;flex-wrap:wrap}
.top b{font-weight:650}.top .grow{flex:1}
h1{font-size:25px;max-width:34em;overflow-wrap:anywhere}
.lead{color:var(--mute);font-size:15px;margin:6px 0 18px;max-width:62em;overflow-wrap:anywhere}
h2{margin:26px 0 8px;display:flex;gap:4px 14px;align-items:baseline;flex-wrap:wrap}h2 small{font-weight:400}
section h3{margin:14px 0 2px;font-size:13px}
.pad{padding:14px 16px}
figcaption{font-size:12.5px;color:var(--mute);padding-top:6px}
.plot .inherit{fill:inherit}
.plot .bought-box{fill:var(--ok)}
.plot .cut{stroke-width:3}
.plot.lane{height:8px;background:var(--sunk)}.plot.lane .short{stroke:var(--bad);stroke-width:1.5}
.plot .dot{position:absolute;width:20px;height:20px;margin:-10px;border-radius:50%;font-size:11px;line-height:20px;text-align:center;
background:var(--link);color:light-dark(#fff,#0e1115)}
.plot .dot.today{background:var(--warn)}
.plot .mark{margin-top:-15px}
.cursor{position:absolute;top:0;bottom:-90px;border-left:1px solid var(--text);pointer-events:none}
.readout{display:block;margin-left:30px;font-size:13px}
.readout input{display:block;width:100%;margin:0;min-height:32px;accent-color:var(--link)}.readout output{display:block;min-height:1.45em}
.two{display:grid;grid-template-columns:1fr 1fr;gap:0 12px}.two>*{min-width:0}
.money h3{margin:10px 0 4px;font-size:13.5px}.money h3:first-child{margin-top:0}
.money dl{display:grid;grid-template-columns:58px 1fr 84px;gap:5px 10px;align-items:center}
.money dt{color:var(--mute);font-size:12.5px}.money p{margin-top:10px}
.track{position:relative;height:14px}.track i{position:absolute;top:0;bottom:0;left:0;border-radius:0 3px 3px 0}
.track .budget{top:-4px;bottom:-4px;border-left:2px dashed var(--bad);border-radius:0}
.over,.worse{color:var(--bad)}.better{color:var(--ok)}
.tight td,.tight th{padding:6px 12px;overflow-wrap:anywhere}.tight th[scope=col]{white-space:normal;overflow-wrap:break-word}.tight .num{overflow-wrap:normal}
.differ{table-layout:fixed}.differ thead th:first-child{width:40%}
.plot.lane+.plot{margin-top:18px}.differ code{overflow-wrap:anywhere}
.card+.card{margin-top:12px}
.side th[scope=row]{min-width:150px;position:sticky;left:0;background:var(--card);overflow-wrap:normal}
.side th small{display:block;max-width:16em;white-space:normal;margin-left:auto;font-weight:400;overflow-wrap:anywhere}
.side td,.side thead th{min-width:96px}
.says{min-width:220px}
.decisions td{font-size:13.5px;padding:5px 12px;border:0}.decisions td:first-child{white-space:nowrap}
.decisions tr:nth-child(2n) td{background:color-mix(in srgb,var(--sunk) 55%,transparent)}
.decisions .month th{color:var(--text);font-weight:650;font-size:13.5px;padding-top:14px;border-bottom:1px solid var(--line)}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,340px),1fr));gap:8px 28px;font-size:13.5px}
.facts dt{font-weight:600}.facts dd{color:var(--mute);overflow-wrap:anywhere}
.problems li{padding:2px 0;font-size:13.5px;overflow-wrap:anywhere}
@media(max-width:1000px){.two{grid-template-columns:minmax(0,1fr)}}
@media(max-width:640px){.top .grow{order:3;flex-basis:100%}.top .button{margin-left:auto}.readout{margin-left:24px}.readout output{min-height:2.9em}
body{padding:0 12px 40px}h1{font-size:20px}.lead{font-size:14px}.pad{padding:12px}
.tight td,.tight th{padding:6px}.side td,.side thead th{min-width:84px}.side th[scope=row]{min-width:116px}
.decisions thead{display:none}.decisions,.decisions tbody{display:block}
.decisions tr{display:grid;grid-template-columns:1fr auto;gap:0 10px;padding:7px 12px}
.decisions td,.decisions .month th{padding:0;display:block;background:none}.decisions td:nth-child(2){grid-row:2;grid-column:1/-1}
.decisions tr:nth-child(2n) td{background:none}.decisions .month th{grid-column:1/-1;border:0;padding-top:6px}
.decisions tr+tr{border-top:1px solid var(--line)}}
@media print{body{padding:0}h1{font-size:19px}.stats .figure{font-size:19px}.two{grid-template-columns:1fr 1fr}
.side td,.side thead th,.side th[scope=row],.says{min-width:0}.tight td,.tight th{padding:4px 6px;white-space:normal}}
`;
