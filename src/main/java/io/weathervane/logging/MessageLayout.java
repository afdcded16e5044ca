package io.weathervane.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import io.weathervane.util.Redactor;
import io.weathervane.util.SafeText;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One entry of the log: {@code 2026-11-23T19:24:00.123Z INFO  [RollbackMonitor] text}. Secrets are taken
 * out, control characters shown, and further lines indented, so that no text from outside can pass for an
 * entry of its own.
 */
final class MessageLayout extends LayoutBase<ILoggingEvent> {
    /** Longest entry: 16 Ki characters. */
    static final int LENGTH_MAX = 16 * 1024;

    /** Longest entry of a library about what came over a connection, before the caller has proved who they are: 1 Ki. */
    static final int FOREIGN_LENGTH_MAX = 1024;

    private static final String HTTP_LIBRARY = "org.eclipse.jetty";

    private static final DateTimeFormatter TIME =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);

    private static final Pattern FURTHER_LINE = Pattern.compile("\n(?![ \t])");

    private static final int LEVEL_WIDTH = 5;

    @Override
    public String doLayout(ILoggingEvent event) {
        int longest = event.getLoggerName().startsWith(HTTP_LIBRARY) ? FOREIGN_LENGTH_MAX : LENGTH_MAX;
        String text = bounded(
                String.valueOf(event.getFormattedMessage()) + trace(event) + stack(event.getThrowableProxy()), longest);
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

    private static String bounded(String text, int longest) {
        return text.length() <= longest
                ? text
                : text.substring(0, longest) + "… (" + (text.length() - longest) + " characters more)";
    }

    private static String stack(@Nullable IThrowableProxy thrown) {
        return thrown == null ? "" : "\n" + ThrowableProxyUtil.asString(thrown).stripTrailing();
    }

    private static String shortName(String logger) {
        return logger.substring(logger.lastIndexOf('.') + 1);
    }

    private static String visible(String text) {
        String safe = SafeText.lines(text);
        return safe.indexOf('\n') < 0 ? safe : FURTHER_LINE.matcher(safe).replaceAll("\n  ");
    }
}
