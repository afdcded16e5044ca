package io.weathervane;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import io.weathervane.incident.Redactor;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One entry of the log: {@code 2026-11-23T19:24:00.123Z INFO  [RollbackMonitor] text}. Secrets are taken
 * out, control characters shown, and further lines indented, so that no text from outside can pass for an
 * entry of its own.
 */
final class MessageLayout extends LayoutBase<ILoggingEvent> {
    /** Longest entry: 16 Ki characters. */
    static final int LENGTH_MAX = 16 * 1024;

    private static final DateTimeFormatter TIME =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);

    private static final int LEVEL_WIDTH = 5;

    @Override
    public String doLayout(ILoggingEvent event) {
        String text =
                bounded(String.valueOf(event.getFormattedMessage()) + trace(event) + stack(event.getThrowableProxy()));
        String level = event.getLevel().toString();
        return TIME.format(Instant.ofEpochMilli(event.getTimeStamp())) + ' ' + level
                + " ".repeat(Math.max(0, LEVEL_WIDTH - level.length())) + " [" + shortName(event.getLoggerName()) + "] "
                + visible(Redactor.clean(text).stripTrailing()) + System.lineSeparator();
    }

    /** The trace that the entry's request belongs to, when its client named one. */
    private static String trace(ILoggingEvent event) {
        String id = event.getMDCPropertyMap().get("traceId");
        return id == null ? "" : " traceId=" + id;
    }

    private static String bounded(String text) {
        return text.length() <= LENGTH_MAX
                ? text
                : text.substring(0, LENGTH_MAX) + "… (" + (text.length() - LENGTH_MAX) + " characters more)";
    }

    private static String stack(@Nullable IThrowableProxy thrown) {
        return thrown == null ? "" : "\n" + ThrowableProxyUtil.asString(thrown).stripTrailing();
    }

    private static String shortName(String logger) {
        return logger.substring(logger.lastIndexOf('.') + 1);
    }

    private static String visible(String text) {
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\n') {
                boolean indented = i + 1 < text.length() && (text.charAt(i + 1) == ' ' || text.charAt(i + 1) == '\t');
                out.append(indented ? "\n" : "\n  ");
            } else if (c != '\r' || i + 1 >= text.length() || text.charAt(i + 1) != '\n') {
                append(out, c);
            }
        }
        return out.toString();
    }

    private static void append(StringBuilder out, char c) {
        boolean lineBreak = c == '\u2028' || c == '\u2029';
        if (c != '\t' && (Character.isISOControl(c) || lineBreak)) {
            out.append(String.format("\\u%04x", (int) c));
        } else {
            out.append(c);
        }
    }
}
