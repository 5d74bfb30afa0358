// Reads out the values at a time, by pointer and by keyboard: a native slider below the chart.
import { themeScript } from '../../pages/theme.ts';

const readout = `{const figure=document.getElementById('overview'),plot=figure&&figure.querySelector('.plot');
if(plot){const data=figure.dataset,columns=data.columns.split(',').map(column=>column.split(' ').map(Number));
const label=document.getElementById('readout'),[slider,said]=[label.querySelector('input'),label.querySelector('output')];
const cursor=document.createElement('i');cursor.className='cursor no-print';cursor.hidden=true;plot.append(cursor);
const format=new Intl.DateTimeFormat('en-GB',{timeZone:data.zone,weekday:'short',day:'numeric',month:'short',hour:'2-digit',minute:'2-digit'});
let moved=false;const show=()=>{const at=Number(slider.value),[demand,ready,paid,missing]=columns[at];
const time=format.format(Number(data.from)+at*data.minutes*60000).replaceAll(',','').replace('Sept','Sep');
said.textContent=time+': demand '+(data.minutes>1?'up to ':'')+demand+', Ready '+ready+', paid '+paid+(missing>0?', '+missing+' missing':'');
slider.setAttribute('aria-valuetext',said.textContent);cursor.hidden=!moved;cursor.style.left=(at+.5)/columns.length*100+'%'};
slider.max=columns.length-1;label.hidden=false;show();slider.addEventListener('input',()=>{moved=true;show()});
plot.addEventListener('pointermove',event=>{const box=plot.getBoundingClientRect();
slider.value=Math.floor((event.clientX-box.left)/box.width*columns.length);moved=true;show()})}}
`;

export const pageScript = readout + themeScript;
