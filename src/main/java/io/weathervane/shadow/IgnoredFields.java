package io.weathervane.shadow;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The fields that the configuration says may differ: by name anywhere, or by place. */
final class IgnoredFields {
    private static final String ANY = "*";

    private final Set<String> names = new HashSet<>();
    private final List<List<String>> places = new ArrayList<>();

    /** @param fields JSON Pointers, which begin with a slash, and names */
    IgnoredFields(List<String> fields) {
        for (String field : fields) {
            if (field.startsWith("/")) {
                places.add(List.of(field.substring(1).split("/", -1)).stream()
                        .map(JsonPointerEscaping::unescaped)
                        .toList());
            } else {
                names.add(field);
            }
        }
    }

    /** @param path the names and indexes that lead to the value */
    boolean has(List<String> path) {
        if (path.isEmpty()) {
            return false;
        }
        return names.contains(path.get(path.size() - 1)) || places.stream().anyMatch(place -> fits(place, path));
    }

    private static boolean fits(List<String> place, List<String> path) {
        if (place.size() != path.size()) {
            return false;
        }
        for (int step = 0; step < place.size(); step++) {
            if (!place.get(step).equals(ANY) && !place.get(step).equals(path.get(step))) {
                return false;
            }
        }
        return true;
    }
}
