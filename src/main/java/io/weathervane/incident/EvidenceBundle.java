package io.weathervane.incident;

import java.nio.file.Path;
import java.util.List;

/**
 * Result of a collection of evidence.
 *
 * @param files all but the manifest
 * @param summary a sentence or two for the caller
 * @param redactions secrets taken out
 */
public record EvidenceBundle(String id, Path folder, List<EvidenceFile> files, String summary, int redactions) {
    public EvidenceBundle {
        files = List.copyOf(files);
    }
}
