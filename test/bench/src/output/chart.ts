import { BarChart } from "echarts/charts";
import { GridComponent, LegendComponent, TitleComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import type { Row } from "../row.js";

use([BarChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer]);

const widthPx = 960;
const barPx = 26;
const headPx = 110;

/** Runs per second, and CPU per run by process, as bars: the text of an SVG file. */
export function chartOf(rows: readonly Row[]): string {
  const shown = rows.toReversed(); // The first row is to be on top.
  const heightPx = headPx + 2 * (shown.length * barPx + 70);
  const half = shown.length * barPx;
  const chart = init(null, null, { renderer: "svg", ssr: true, width: widthPx, height: heightPx });
  const names = shown.map(({ name }) => name);
  const processes = [...new Set(rows.flatMap(({ cpuUsBy }) => Object.keys(cpuUsBy)))];
  chart.setOption({
    animation: false,
    backgroundColor: "#ffffff",
    title: [
      { text: "Runs per second", top: 8, left: 8 },
      { text: "CPU per run by process, in µs", top: half + 80, left: 8 },
    ],
    legend: { top: half + 84, right: 16, data: processes },
    grid: [
      { top: 44, height: half, left: 120, right: 70 },
      { top: half + 120, height: half, left: 120, right: 70 },
    ],
    xAxis: [
      { type: "value", gridIndex: 0 },
      { type: "value", gridIndex: 1 },
    ],
    yAxis: [
      { type: "category", data: names, gridIndex: 0 },
      { type: "category", data: names, gridIndex: 1 },
    ],
    series: [
      {
        type: "bar",
        name: "runs per second",
        data: shown.map(({ runsPerS }) => Math.round(runsPerS)),
        label: { show: true, position: "right" },
        itemStyle: { color: "#5470c6" },
      },
      ...processes.map((process) => ({
        type: "bar" as const,
        name: process,
        stack: "cpu",
        xAxisIndex: 1,
        yAxisIndex: 1,
        data: shown.map(({ cpuUsBy }) => Number((cpuUsBy[process] ?? 0).toFixed(1))),
      })),
    ],
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return `${svg}\n`;
}
