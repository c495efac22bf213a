//! Draws docs/peers-scale.svg: a small chart for each query, with a logarithmic time axis and the scale on the other
//! axis.

use std::fmt::Write as _;

use super::findings::Findings;
use super::targets::{PRISMA, STAKA};

const COLUMNS: usize = 5;
const WIDTH: f64 = 190.0;
const HEIGHT: f64 = 130.0;
/// The margins of a chart: left, top, right, bottom.
const MARGIN: [f64; 4] = [34.0, 28.0, 12.0, 22.0];
const HEAD: f64 = 34.0;
/// The decades of milliseconds on the time axis: from 10 µs to 10 s.
const DECADES: std::ops::RangeInclusive<i32> = -2..=4;
const SCALES: [&str; 3] = ["small", "medium", "large"];
const LINES: [(&str, &str, &str); 2] = [(STAKA, "#0b6e4f", "Staka"), (PRISMA, "#c8553d", "Prisma, its own indexes")];

pub(super) fn scale(of: &Findings) -> String {
    let questions = of.questions();
    let rows = questions.len().div_ceil(COLUMNS);
    let (width, height) = (COLUMNS as f64 * WIDTH, HEAD + rows as f64 * HEIGHT);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" \
         font-size=\"9\">\n<rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>\n\
         <text x=\"10\" y=\"20\" font-size=\"13\">Median of a call in ms, by scale</text>\n"
    );
    for (place, (_, colour, name)) in LINES.iter().enumerate() {
        let x = 260.0 + 90.0 * place as f64;
        let _ = writeln!(svg, "<text x=\"{x}\" y=\"20\" font-size=\"11\" fill=\"{colour}\">● {name}</text>");
    }
    for (place, (number, query, subject)) in questions.into_iter().enumerate() {
        let (x, y) = ((place % COLUMNS) as f64 * WIDTH, HEAD + (place / COLUMNS) as f64 * HEIGHT);
        let _ = writeln!(svg, "<g transform=\"translate({x} {y})\">");
        let _ = writeln!(svg, "<text x=\"8\" y=\"18\">{number} {query} ({subject})</text>");
        axes(&mut svg);
        for (peer, colour, _) in LINES {
            let point = |(step, scale)| Some((step, of.at_scale(scale, peer, query, subject)?.median));
            let points: Vec<(usize, f64)> = SCALES.into_iter().enumerate().filter_map(point).collect();
            line(&mut svg, colour, &points);
        }
        svg.push_str("</g>\n");
    }
    svg.push_str("</svg>\n");
    svg
}

fn across(step: usize) -> f64 {
    let [left, _, right, _] = MARGIN;
    left + 12.0 + (WIDTH - left - right - 24.0) * step as f64 / (SCALES.len() - 1) as f64
}

fn up(milliseconds: f64) -> f64 {
    let [_, top, _, bottom] = MARGIN;
    let (least, most) = (f64::from(*DECADES.start()), f64::from(*DECADES.end()));
    let share = (milliseconds.max(1e-9).log10().clamp(least, most) - least) / (most - least);
    HEIGHT - bottom - (HEIGHT - top - bottom) * share
}

fn axes(svg: &mut String) {
    for decade in DECADES.filter(|decade| decade % 2 == 0) {
        let value = 10_f64.powi(decade);
        let (y, right) = (up(value), WIDTH - MARGIN[2]);
        let _ = writeln!(svg, "<path d=\"M{} {y:.1}H{right}\" stroke=\"#ddd\"/>", MARGIN[0]);
        let _ = writeln!(
            svg,
            "<text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\" fill=\"#666\">{value}</text>",
            MARGIN[0] - 4.0,
            y + 3.0
        );
    }
    for (step, scale) in SCALES.iter().enumerate() {
        let (x, y) = (across(step), HEIGHT - 8.0);
        let _ = writeln!(svg, "<text x=\"{x:.1}\" y=\"{y}\" text-anchor=\"middle\" fill=\"#666\">{scale}</text>");
    }
}

fn line(svg: &mut String, colour: &str, points: &[(usize, f64)]) {
    let places: Vec<String> =
        points.iter().map(|&(step, value)| format!("{:.1},{:.1}", across(step), up(value))).collect();
    let _ = writeln!(
        svg,
        "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.6\"/>",
        places.join(" ")
    );
    for &(step, value) in points {
        let (x, y) = (across(step), up(value));
        let _ = writeln!(svg, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"2.4\" fill=\"{colour}\"/>");
    }
}
