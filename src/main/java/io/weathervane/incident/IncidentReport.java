package io.weathervane.incident;

import io.weathervane.util.AtomicFiles;
import io.weathervane.util.NearestWord;
import io.weathervane.util.SafeText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The runbook's incident document (part 3, step 3) for a bundle, filled from its evidence.
 *
 * @param file where it was written, in the bundle's folder
 */
public record IncidentReport(String incidentId, Path file, String markdown) {
    private static final String UNNAMED = "[Your name]";

    /**
     * Writes the document; writing it again replaces it.
     *
     * @param id of a bundle; the newest when empty
     * @param approver the approver that the report names; when empty, the one of the evidence, else the one of the runbook
     * @throws IncidentException when there is no such bundle, or it cannot be read or written
     */
    public static IncidentReport write(
            Path incidents, Optional<String> id, Optional<String> investigator, Optional<String> approver) {
        try {
            String found = find(incidents, id);
            Path folder = incidents.resolve(found);
            IncidentFacts facts = IncidentFacts.read(folder);
            String markdown = IncidentReportFormatter.write(
                    found, folder, facts, oneLine(investigator.orElse(UNNAMED)), approver.map(IncidentReport::oneLine));
            Path file = folder.resolve("incident_" + found + ".md");
            AtomicFiles.replace(file, markdown.getBytes(StandardCharsets.UTF_8));
            return new IncidentReport(found, file, markdown);
        } catch (IOException e) {
            throw new IncidentException("the report could not be written: " + e.getMessage(), e);
        }
    }

    private static String find(Path incidents, Optional<String> id) throws IOException {
        List<String> all = IncidentIds.all(incidents);
        if (all.isEmpty()) {
            throw new IncidentException("there is no evidence yet: call evidence_collect first");
        }
        if (id.isEmpty()) {
            return all.get(all.size() - 1);
        }
        String wanted = id.get();
        if (all.contains(wanted)) {
            return wanted;
        }
        throw new IncidentException("there is no incident of this id"
                + NearestWord.to(wanted, all)
                        .map(near -> "; did you mean " + near + "?")
                        .orElse("; the newest is " + all.get(all.size() - 1)));
    }

    private static String oneLine(String text) {
        return SafeText.line(text).strip();
    }
}
