package io.weathervane.shadow;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * Finds timestamps that come from the time of the call, which are not compared. A timestamp far from now is content, such
 * as a train's departure or a commit's date, and is compared.
 */
final class TimestampMatcher {
    /** What is nearer to the call counts as its own time: clocks differ, answers wait. */
    static final Duration NEAR = Duration.ofMinutes(5);

    static final String MARK = "<time>";

    private static final Pattern ISO = Pattern.compile(
            "\\d{4}-\\d{2}-\\d{2}[T ]\\d{2}:\\d{2}(?::\\d{2}(?:[.,]\\d{1,9})?)?(?:Z|[+-]\\d{2}:?\\d{2})?(?![0-9:])");

    private final Instant now;
    private final ZoneId zone;

    /** @param zone what a time without one may be meant in, beside UTC */
    TimestampMatcher(Instant now, ZoneId zone) {
        this.now = now;
        this.zone = zone;
    }

    /** The text with each ISO 8601 moment near now replaced. */
    String without(String text) {
        Matcher matcher = ISO.matcher(text);
        return matcher.replaceAll(found -> Matcher.quoteReplacement(isNear(found.group()) ? MARK : found.group()));
    }

    private boolean isNear(String moment) {
        String text = moment.replace(' ', 'T').replace(',', '.');
        try {
            boolean zoned = text.endsWith("Z") || text.lastIndexOf('-') > 7 || text.indexOf('+') > 0;
            if (zoned) {
                return near(OffsetDateTime.parse(colon(text)).toInstant());
            }
            LocalDateTime local = LocalDateTime.parse(text);
            return near(local.toInstant(ZoneOffset.UTC))
                    || near(local.atZone(zone).toInstant());
        } catch (DateTimeException e) {
            return false;
        }
    }

    /** {@code +0200} as {@code +02:00}. */
    private static String colon(String text) {
        return text.matches(".*[+-]\\d{4}")
                ? text.substring(0, text.length() - 2) + ":" + text.substring(text.length() - 2)
                : text;
    }

    /** Whether the number is now in seconds, milliseconds, microseconds or nanoseconds since 1970. */
    boolean isNow(JsonNode number) {
        double value = number.isNumber() ? number.doubleValue() : Double.NaN;
        double seconds = now.toEpochMilli() / 1000.0;
        for (double unit = 1; unit <= 1e9; unit *= 1000) {
            if (Math.abs(value / unit - seconds) <= NEAR.toSeconds()) {
                return true;
            }
        }
        return false;
    }

    private boolean near(Instant moment) {
        return Duration.between(moment, now).abs().compareTo(NEAR) <= 0;
    }
}
