// The growth as a picture, drawn without a browser.
import { init } from 'echarts';
import type { Series } from './growth-report.ts';

const size = { width: 1080, height: 360 };
const panels = ['alerts', 'clusters', 'entries'] as const;

/** @returns an SVG document */
export function drawGrowth(all: readonly Series[]): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, ...size });
  try {
    chart.setOption({
      animation: false,
      backgroundColor: '#ffffff',
      title: panels.map((along, i) => ({
        text: `CPU ms, along the ${along}`,
        left: `${33 * i + 3}%`,
        top: 8,
        textStyle: { fontSize: 14 },
      })),
      // A legend for each panel: names come twice.
      legend: panels.map((along, i) => ({
        data: namesOf(all, along),
        left: `${33 * i + 3}%`,
        top: 32,
        width: '28%',
        textStyle: { fontSize: 11 },
      })),
      grid: panels.map((_, i) => ({ left: `${33 * i + 4}%`, width: '27%', top: 100, bottom: 40 })),
      xAxis: panels.map((along, gridIndex) => ({
        gridIndex,
        name: along,
        nameLocation: 'middle',
        nameGap: 26,
        ...(along === 'entries' ? { type: 'value' } : { type: 'log', logBase: 10, min: 1 }),
      })),
      yAxis: panels.map((_, gridIndex) => ({ gridIndex, type: 'value', min: 0 })),
      series: all.map(({ name, along, points }) => ({
        name: `${name} (${along})`,
        type: 'line',
        xAxisIndex: panels.indexOf(along),
        yAxisIndex: panels.indexOf(along),
        data: points.map(({ x, y }) => [x, y]),
      })),
    });
    return chart.renderToSVGString();
  } finally {
    // Its timers would keep the process alive.
    chart.dispose();
  }
}

const namesOf = (all: readonly Series[], along: Series['along']): string[] =>
  all.flatMap((series) => (series.along === along ? [`${series.name} (${along})`] : []));
