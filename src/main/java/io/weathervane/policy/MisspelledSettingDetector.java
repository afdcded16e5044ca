package io.weathervane.policy;

import io.weathervane.util.NearestWord;
import io.weathervane.util.SafeText;
import java.util.Collection;
import java.util.List;

/**
 * Rows of {@code settings} whose key is nearly one that has an effect, such as {@code disable_new}: SQLite takes them
 * without a word, and the operator who wrote one believes that it holds.
 */
public final class MisspelledSettingDetector {
    private static final int NOTES_MAX = 5;
    private static final int SHOWN_LENGTH_MAX = 60;

    private MisspelledSettingDetector() {}

    /**
     * A sentence for each such row, the first few by name.
     *
     * @param rows the keys of rows that have no effect
     * @param known the keys that have one
     */
    public static List<String> notes(Collection<String> rows, Collection<String> known) {
        return rows.stream()
                .sorted()
                .flatMap(row -> NearestWord.to(row.strip(), known).map(key -> note(row, key)).stream())
                .limit(NOTES_MAX)
                .toList();
    }

    private static String note(String row, String key) {
        return "settings row \"" + SafeText.quotable(SafeText.cut(row, SHOWN_LENGTH_MAX))
                + "\" has no effect: keys are exact; did you mean " + key + "?";
    }
}
