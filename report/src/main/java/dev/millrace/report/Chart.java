package dev.millrace.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What happened over time, drawn as SVG, with the same as a table for those who do not see it. The curve is made of counts that only grow: what
 * is drawn is how fast they did, over equal parts of the time. Immutable.
 */
final class Chart {

    private static final int WIDTH = 720;
    private static final int HEIGHT = 200;
    private static final int LEFT = 64;
    private static final int BOTTOM = 26;
    private static final int TOP = 10;
    private static final int RIGHT = 12;
    /** Parts of the time that are drawn. */
    private static final int PARTS = 60;
    /** Parts of the time in the table. */
    private static final int ROWS = 10;

    /**
     * Something that is counted over time.
     *
     * @param name what it is, such as {@code parse}
     * @param counts how much there was at each of the times; never less than before
     */
    record Series(String name, double[] counts) {}

    private final double[] times;
    private final List<Series> series;

    /** @param times seconds, each later than the one before */
    Chart(double[] times, List<Series> series) {
        this.times = times.clone();
        this.series = List.copyOf(series);
    }

    /** Whether there is too little to draw a curve of. */
    boolean isEmpty() {
        return times.length < 2 || end() <= 0;
    }

    private double end() {
        return times[times.length - 1];
    }

    /** How fast one series grew, in units a second. */
    void writeRate(HtmlWriter out, String unit) {
        double[] rates = rates(series.get(0), PARTS);
        double top = niceAbove(max(rates));
        begin(out, unit + " a second over time, at most " + Amounts.figure(max(rates)));
        axes(out, top, Amounts::figure);
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < PARTS; i++) {
            line.append(i == 0 ? "M" : "L").append(point(x(i), y(rates[i] / top)));
            line.append('L').append(point(x(i + 1), y(rates[i] / top)));
        }
        String area = line + "L" + point(x(PARTS), y(0)) + "L" + point(x(0), y(0)) + "Z";
        out.open("path", "class", "area", "d", area).close();
        out.open("path", "class", "curve", "d", line.toString()).close();
        end(out);
        table(out, List.of(unit + " a second"), rates(series.get(0), ROWS), null);
    }

    /** Which share of all that grew each series had, one on top of the other. */
    void writeShares(HtmlWriter out, String what) {
        List<double[]> rates = series.stream().map(each -> rates(each, PARTS)).toList();
        begin(out, what + " over time, as shares");
        double[] base = new double[PARTS];
        for (int s = 0; s < series.size(); s++) {
            StringBuilder above = new StringBuilder();
            StringBuilder below = new StringBuilder();
            for (int i = 0; i < PARTS; i++) {
                double share = share(rates, s, i);
                above.append(i == 0 ? "M" : "L").append(point(x(i), y(base[i] + share)));
                above.append('L').append(point(x(i + 1), y(base[i] + share)));
                below.insert(0, "L" + point(x(i + 1), y(base[i])) + "L" + point(x(i), y(base[i])));
                base[i] += share;
            }
            out.open(
                    "path",
                    "class",
                    "part-" + s,
                    "d",
                    above.append(below).append('Z').toString());
            out.element("title", series.get(s).name()).close();
        }
        axes(out, 1, Amounts::percent);
        end(out);
        out.open("ul", "class", "legend");
        for (int s = 0; s < series.size(); s++) {
            String colour = "swatch part-" + s;
            String name = series.get(s).name();
            out.element("li", li -> li.element("span", "", "class", colour).text(name));
        }
        out.close().line();
        List<double[]> rows = series.stream().map(each -> rates(each, ROWS)).toList();
        table(out, series.stream().map(Series::name).toList(), null, rows);
    }

    private static double share(List<double[]> rates, int series, int part) {
        double sum = 0;
        for (double[] each : rates) {
            sum += each[part];
        }
        return sum == 0 ? 0 : rates.get(series)[part] / sum;
    }

    /** The growth a second in each of so many equal parts of the time; between two times, counts are taken to have grown evenly. */
    private double[] rates(Series of, int parts) {
        double[] rates = new double[parts];
        double step = end() / parts;
        for (int i = 0; i < parts; i++) {
            rates[i] = Math.max(0, (at(of, step * (i + 1)) - at(of, step * i)) / step);
        }
        return rates;
    }

    private double at(Series of, double time) {
        double before = 0;
        double count = 0;
        for (int i = 0; i < times.length; i++) {
            if (times[i] >= time) {
                double share = times[i] == before ? 1 : (time - before) / (times[i] - before);
                return count + share * (of.counts()[i] - count);
            }
            before = times[i];
            count = of.counts()[i];
        }
        return count;
    }

    private static void begin(HtmlWriter out, String label) {
        out.open("figure").line();
        out.open(
                        "svg",
                        "class",
                        "chart",
                        "viewBox",
                        "0 0 " + WIDTH + " " + HEIGHT,
                        "role",
                        "img",
                        "aria-label",
                        label + "; the table behind it says the same")
                .line();
    }

    private void axes(HtmlWriter out, double top, DoubleFunction<String> words) {
        for (int i = 0; i <= 4; i++) {
            double y = y(i / 4.0);
            out.open("path", "class", "grid", "d", "M" + point(LEFT, y) + "H" + (WIDTH - RIGHT))
                    .close();
            out.element("text", words.apply(top * i / 4), "class", "tick", "x", "" + (LEFT - 6), "y", number(y + 4));
        }
        for (int i = 0; i <= 4; i++) {
            String place = i == 0 ? "start" : i == 4 ? "end" : "middle";
            double x = LEFT + (WIDTH - LEFT - RIGHT) * i / 4.0;
            out.element(
                    "text",
                    Amounts.duration(end() * i / 4),
                    "text-anchor",
                    place,
                    "x",
                    number(x),
                    "y",
                    "" + (HEIGHT - 6));
        }
        out.line();
    }

    private static void end(HtmlWriter out) {
        out.close().line().close().line();
    }

    private void table(
            HtmlWriter out, List<String> columns, double @Nullable [] rates, @Nullable List<double[]> shares) {
        out.open("details").line().element("summary", "The curve as a table").line();
        out.open("table", "class", "narrow").line();
        out.open("thead").open("tr").element("th", "Until", "scope", "col");
        columns.forEach(column -> out.element("th", column, "scope", "col"));
        out.close().close().line().open("tbody").line();
        for (int i = 0; i < ROWS; i++) {
            out.open("tr").element("th", Amounts.duration(end() * (i + 1) / ROWS), "scope", "row");
            if (rates != null) {
                out.element("td", Amounts.figure(rates[i]));
            }
            if (shares != null) {
                for (int s = 0; s < shares.size(); s++) {
                    out.element("td", Amounts.percent(share(shares, s, i)));
                }
            }
            out.close().line();
        }
        out.close().close().close().line();
    }

    private static double max(double[] values) {
        double max = 0;
        for (double value : values) {
            max = Math.max(max, value);
        }
        return max;
    }

    /** A round number that is not less: 1, 2, 4, 5 or 8 with zeros behind it. */
    private static double niceAbove(double value) {
        if (value <= 0) {
            return 1;
        }
        double magnitude = Math.pow(10, Math.floor(Math.log10(value)));
        for (double factor : List.of(1.0, 2.0, 4.0, 5.0, 8.0)) {
            if (factor * magnitude >= value) {
                return factor * magnitude;
            }
        }
        return 10 * magnitude;
    }

    private double x(int part) {
        return LEFT + (double) (WIDTH - LEFT - RIGHT) * part / PARTS;
    }

    private double y(double share) {
        return HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP);
    }

    private static String point(double x, double y) {
        return number(x) + " " + number(y);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    /** The times of a list of moments, as the constructor wants them. */
    static <T> double[] numbers(List<T> moments, ToDoubleFunction<T> figure) {
        List<Double> numbers = new ArrayList<>();
        moments.forEach(moment -> numbers.add(figure.applyAsDouble(moment)));
        return numbers.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
