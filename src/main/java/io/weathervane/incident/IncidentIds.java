package io.weathervane.incident;

import io.weathervane.util.Redactor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Names of bundles: {@code 20261123-143215-high-error-rate}, safe as a folder's name whatever the title was. */
final class IncidentIds {
    private static final int SLUG_LENGTH_MAX = 40;
    private static final int SAME_SECOND_MAX = 100;
    private static final Pattern FORM = Pattern.compile("\\d{8}-\\d{6}-[a-z0-9](?:[a-z0-9-]{0,60})");
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private IncidentIds() {}

    static boolean isId(String text) {
        return FORM.matcher(text).matches();
    }

    static String free(Path incidents, String title, Instant now) {
        String id = TIME.format(now) + "-" + slug(title);
        for (int number = 1; number <= SAME_SECOND_MAX; number++) {
            String candidate = number == 1 ? id : id + "-" + number;
            if (Files.notExists(incidents.resolve(candidate))
                    && Files.notExists(incidents.resolve("." + candidate + ".partial"))) {
                return candidate;
            }
        }
        throw new IncidentException("there are " + SAME_SECOND_MAX + " bundles of this second already: try again");
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
