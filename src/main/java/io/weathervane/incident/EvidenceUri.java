package io.weathervane.incident;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** The addresses under which clients read bundles. */
public final class EvidenceUri {
    /** The list of all bundles. */
    public static final String INCIDENTS = "weathervane://incidents";

    /** A file of a bundle, as RFC 6570 has it. */
    public static final String TEMPLATE = INCIDENTS + "/{incident}/{file}";

    private EvidenceUri() {}

    public static String of(String incident, String file) {
        // A form's encoding, but for the blank.
        String escaped = URLEncoder.encode(file, StandardCharsets.UTF_8).replace("+", "%20");
        return INCIDENTS + "/" + incident + "/" + escaped;
    }
}
