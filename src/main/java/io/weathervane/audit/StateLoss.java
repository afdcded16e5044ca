package io.weathervane.audit;

import java.util.List;

/**
 * The database lacks what was written down before: it was restored from a backup, replaced, or rows were removed.
 *
 * @param signs how that is seen, each a sentence
 * @param engaged whether the kill switch was on by what is lost
 */
public record StateLoss(List<String> signs, boolean engaged) {
    public StateLoss {
        signs = List.copyOf(signs);
    }

    /** For a note, a reason, the log. */
    public String describe() {
        return "state was lost: " + String.join("; ", signs);
    }
}
