package io.weathervane.prompt.builtin;

import io.weathervane.util.Redactor;
import io.weathervane.util.SafeText;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Text of others as data: each line of it begins with a mark, so that none of it can pass for ours, and secrets are
 * taken out of it.
 */
final class QuotedText {
    static final String MARK = "> ";

    private static final int LINES_MAX = 60;
    private static final int LINE_LENGTH_MAX = 400;

    private QuotedText() {}

    /** The beginning, when it is long. */
    static String head(String text) {
        List<String> lines = lines(text);
        return lines.size() <= LINES_MAX
                ? marked(lines)
                : marked(lines.subList(0, LINES_MAX)) + "\n(" + (lines.size() - LINES_MAX) + " more lines)";
    }

    /** The end, where a log has its newest lines. */
    static String tail(String text, int linesMax) {
        List<String> lines = lines(text);
        int from = Math.max(0, lines.size() - linesMax);
        return (from > 0 ? "(" + from + " earlier lines)\n" : "") + marked(lines.subList(from, lines.size()));
    }

    private static List<String> lines(String text) {
        return Redactor.clean(text).lines().toList();
    }

    private static String marked(List<String> lines) {
        return lines.isEmpty()
                ? MARK + "(nothing)"
                : lines.stream()
                        .map(line -> MARK + SafeText.line(line, LINE_LENGTH_MAX))
                        .collect(Collectors.joining("\n"));
    }
}
