package io.weathervane.util;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes private keys out of lines: the armour, and the lines of letters and digits between, also where each line has the
 * prefix of a log before it, and where the line breaks are written as {@code \n}. Remembers from one text to the next
 * whether it is inside a key, so that a log can be given to it line by line. Not safe for use by several threads.
 */
public final class PrivateKeyRedactor {
    private static final Pattern BEGIN = Pattern.compile("-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----");
    private static final Pattern END = Pattern.compile("-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----");

    /** A line of letters and digits this long belongs to a key, whatever is before it. */
    private static final int BODY_LENGTH_MIN = 16;

    /** After so many lines that are no key's, the key has no end. */
    private static final int OTHER_LINES_MAX = 3;

    private boolean inside;
    private boolean bodySeen;
    private int otherLines;
    private int count;

    /** A line without its break. */
    private static final class Line {
        private String text;
        private String end;

        Line(String text, String end) {
            this.text = text;
            this.end = end;
        }
    }

    /** The text without keys; a key that goes on in the next text is taken out there too. */
    public String clean(String text) {
        if (!inside && !text.contains(" PRIVATE KEY")) {
            return text;
        }
        List<Line> lines = new ArrayList<>();
        for (Line line : split(text)) {
            take(line, lines);
        }
        StringBuilder out = new StringBuilder(text.length());
        lines.forEach(line -> out.append(line.text).append(line.end));
        return out.toString();
    }

    /** Number of keys that were found. */
    int count() {
        return count;
    }

    private void take(Line line, List<Line> before) {
        Matcher end = END.matcher(line.text);
        Matcher begin = BEGIN.matcher(line.text);
        if (inside && end.find()) {
            inside = false;
            String rest = line.text.substring(end.end());
            hideLast(line, line.text.substring(0, end.start()), before);
            takeRest(rest, line, before);
        } else if (begin.find()) {
            begin(line, begin, before);
        } else if (inside) {
            inside = hideBody(line, line.text, before) || ++otherLines < OTHER_LINES_MAX;
        } else if (end.find(0)) {
            hideBefore(before);
            String rest = line.text.substring(end.end());
            String prefix = withoutBody(line.text.substring(0, end.start()), 1);
            line.text = prefix.isBlank()
                            && !before.isEmpty()
                            && before.get(before.size() - 1).text.endsWith(Redactor.MARK)
                    ? ""
                    : prefix + Redactor.MARK;
            add(line, before);
            takeRest(rest, line, before);
        } else {
            before.add(line);
        }
    }

    private void begin(Line line, Matcher begin, List<Line> before) {
        count++;
        otherLines = 0;
        bodySeen = false;
        String rest = line.text.substring(begin.end());
        Matcher end = END.matcher(rest);
        line.text = line.text.substring(0, begin.start()) + Redactor.MARK;
        before.add(line);
        if (end.find()) {
            takeRest(rest.substring(end.end()), line, before);
        } else {
            int at = 0;
            while (at < rest.length() && (isBody(rest.charAt(at)) || Character.isWhitespace(rest.charAt(at)))) {
                at++;
            }
            inside = at == rest.length() || rest.charAt(at) == '\\';
            line.text += inside ? "" : rest.substring(at);
        }
    }

    /** Takes the text after a key on its last line, which may hold another. */
    private void takeRest(String rest, Line line, List<Line> before) {
        if (!rest.isEmpty()) {
            String end = line.end;
            if (!before.isEmpty()) {
                before.get(before.size() - 1).end = "";
            }
            take(new Line(rest, end), before);
        }
    }

    /** Whether the line is one of a key's; nothing is left of one that has nothing else. */
    private boolean hideBody(Line line, String text, List<Line> before) {
        String prefix = withoutBody(text, bodySeen && otherLines == 0 ? 1 : BODY_LENGTH_MIN);
        boolean body = prefix.length() < text.stripTrailing().length();
        boolean whole = prefix.isBlank();
        bodySeen |= body;
        line.text = body ? (whole ? "" : prefix + Redactor.MARK) : text;
        if (body && whole) {
            add(line, before);
        } else {
            before.add(line);
        }
        return body || text.isBlank();
    }

    /** The line with the end; the letters before the end belong to the key. */
    private static void hideLast(Line line, String text, List<Line> before) {
        String prefix = withoutBody(text, 1);
        line.text = prefix.isBlank()
                ? ""
                : prefix + (prefix.length() < text.stripTrailing().length() ? Redactor.MARK : "");
        add(line, before);
    }

    /** Adds a line; one with nothing in it is left out with its break. */
    private static void add(Line line, List<Line> before) {
        if (line.text.isEmpty() && !before.isEmpty()) {
            before.get(before.size() - 1).end = line.end;
        } else {
            before.add(line);
        }
    }

    /** The beginning of a key was cut off: the lines before its end are its own. */
    private void hideBefore(List<Line> before) {
        int from = before.size();
        while (from > 0 && isBodyLine(before.get(from - 1).text)) {
            from--;
        }
        if (from == before.size()) {
            return;
        }
        count++;
        List<Line> body = List.copyOf(before.subList(from, before.size()));
        before.subList(from, before.size()).clear();
        String last = "";
        for (Line line : body) {
            String prefix = withoutBody(line.text, BODY_LENGTH_MIN);
            if (!prefix.isBlank() || last.isEmpty()) {
                before.add(new Line(prefix + Redactor.MARK, line.end));
            } else {
                before.get(before.size() - 1).end = line.end;
            }
            last = before.get(before.size() - 1).text;
        }
    }

    private static boolean isBodyLine(String text) {
        return withoutBody(text, BODY_LENGTH_MIN).length()
                < text.stripTrailing().length();
    }

    /** The text without the letters and digits at its end, when there are so many. */
    private static String withoutBody(String text, int lengthMin) {
        String all = text.stripTrailing();
        int from = all.length();
        while (from > 0 && isBody(all.charAt(from - 1))) {
            from--;
        }
        boolean whole = all.substring(0, from).isBlank();
        int needed = whole ? 1 : Math.max(lengthMin, 4);
        return all.length() - from >= needed ? all.substring(0, from) : all;
    }

    private static boolean isBody(char c) {
        return (c >= 'A' && c <= 'Z')
                || (c >= 'a' && c <= 'z')
                || (c >= '0' && c <= '9')
                || c == '+'
                || c == '/'
                || c == '=';
    }

    /** At line breaks, and at those that are written out. */
    private static List<Line> split(String text) {
        List<Line> lines = new ArrayList<>();
        int start = 0;
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            boolean written = c == 'n' && at > start && text.charAt(at - 1) == '\\';
            if (c == '\n' || written) {
                int end = at;
                while (end > start && (text.charAt(end - 1) == '\\' || (!written && text.charAt(end - 1) == '\r'))) {
                    end--;
                }
                lines.add(new Line(text.substring(start, end), text.substring(end, at + 1)));
                start = at + 1;
            }
        }
        lines.add(new Line(text.substring(start), ""));
        return lines;
    }
}
