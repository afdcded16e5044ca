package io.weathervane.incident;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** The runbook that the server carries out and people follow; part of the jar, so that it is there at 03:00. */
public final class ShippedRunbook {
    private static final String RESOURCE = "/io/weathervane/manifest/docs/runbook.md";

    private final String markdown;

    private ShippedRunbook(String markdown) {
        this.markdown = markdown;
    }

    public static ShippedRunbook load() {
        try (InputStream in = Objects.requireNonNull(ShippedRunbook.class.getResourceAsStream(RESOURCE), RESOURCE)) {
            return new ShippedRunbook(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(RESOURCE, e);
        }
    }

    public String markdown() {
        return markdown;
    }

    /**
     * Text below a heading, up to the next one, without blank lines around it.
     *
     * @throws IllegalArgumentException when there is no such heading
     */
    public String section(String heading) {
        StringBuilder section = new StringBuilder();
        boolean inside = false;
        boolean found = false;
        boolean code = false;
        for (String line : markdown.lines().toList()) {
            code ^= line.startsWith("```");
            if (!code && line.matches("#{1,6} .*")) {
                inside = !found && line.replaceFirst("#+ ", "").equals(heading);
                found |= inside;
            } else if (inside && !line.equals("---")) {
                section.append(line).append('\n');
            }
        }
        if (!found) {
            throw new IllegalArgumentException("the runbook has no heading \"" + heading + "\"");
        }
        return section.toString().strip();
    }
}
