package io.weathervane.bench;

import java.util.List;

/**
 * A line of the table.
 *
 * @param target what the project asks for, empty when it asks for nothing yet
 * @param verdict {@code ok}, {@code MISSED}, or empty
 */
record Row(String what, String figure, String reference, String ratio, String target, String verdict, String note) {
    static final Row HEAD = new Row("what", "figure", "reference", "ratio", "target", "", "note");

    /** A figure without a target. */
    static Row of(String what, String figure, String reference, String ratio, String note) {
        return new Row(what, figure, reference, ratio, "", "", note);
    }

    static Row judged(
            String what, String figure, String reference, String ratio, String target, boolean met, String note) {
        return new Row(what, figure, reference, ratio, target, met ? "ok" : "MISSED", note);
    }

    static Row parse(String line) {
        String[] cells = line.split("\t", -1);
        return new Row(cells[0], cells[1], cells[2], cells[3], cells[4], cells[5], cells[6]);
    }

    List<String> cells() {
        return List.of(what, figure, reference, ratio, target, verdict, note);
    }

    @Override
    public String toString() {
        return String.join("\t", cells());
    }
}
