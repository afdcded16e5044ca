package io.weathervane.incident;

import io.weathervane.util.Redactor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Names of bundles: {@code 20261123-143215-high-error-rate}, safe as a folder's name whatever the title was. */
final class IncidentIds {
    private static final int SLUG_LENGTH_MAX = 40;
    private static final int SAME_SECOND_MAX = 100;
    private static final Pattern FORM = Pattern.compile("\\d{8}-\\d{6}-[a-z0-9](?:[a-z0-9-]{0,60})");

    /** How far the clock may have been set back and the newest bundle still be the last in order. */
    private static final Duration SET_BACK_MAX = Duration.ofDays(1);

    private static final int TIME_LENGTH = "20261123-143215".length();
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private IncidentIds() {}

    static boolean isId(String text) {
        return FORM.matcher(text).matches();
    }

    static String free(Path incidents, String title, Instant now) throws IOException {
        String id = TIME.format(inOrder(now, all(incidents))) + "-" + slug(title);
        for (int number = 1; number <= SAME_SECOND_MAX; number++) {
            String candidate = number == 1 ? id : id + "-" + number;
            if (Files.notExists(incidents.resolve(candidate))
                    && Files.notExists(incidents.resolve("." + candidate + ".partial"))) {
                return candidate;
            }
        }
        throw new IncidentException("there are " + SAME_SECOND_MAX + " bundles of this second already: try again");
    }

    /** Now, or, when the clock was set back meanwhile, the second after the newest bundle: ids tell which came later. */
    private static Instant inOrder(Instant now, List<String> bundles) {
        return bundles.isEmpty()
                ? now
                : time(bundles.get(bundles.size() - 1))
                        .filter(newest -> newest.isAfter(now) && newest.isBefore(now.plus(SET_BACK_MAX)))
                        .map(newest -> newest.plusSeconds(1))
                        .orElse(now);
    }

    private static Optional<Instant> time(String id) {
        try {
            return Optional.of(TIME.parse(id.substring(0, TIME_LENGTH), Instant::from));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** All bundles, oldest first. */
    static List<String> all(Path incidents) throws IOException {
        if (!Files.isDirectory(incidents)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(incidents)) {
            return folders.filter(Files::isDirectory)
                    .map(folder -> folder.getFileName().toString())
                    .filter(IncidentIds::isId)
                    .sorted()
                    .toList();
        }
    }

    private static String slug(String title) {
        String words = Redactor.clean(title)
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9]+", "-")
                .replaceAll("^-|-$", "");
        String slug =
                words.substring(0, Math.min(words.length(), SLUG_LENGTH_MAX)).replaceAll("-$", "");
        return slug.isEmpty() ? "incident" : slug;
    }
}
