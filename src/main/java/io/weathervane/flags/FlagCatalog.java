package io.weathervane.flags;

import io.weathervane.util.NearestWord;
import io.weathervane.util.SafeText;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Every flag there is, in the order of declaration; the kill switch is always among them. */
public final class FlagCatalog {
    /** The key of the kill switch. */
    public static final String KILL_SWITCH = "DISABLE_NEW";

    /** Most flags of one server: the built-in ones and the team's own. */
    public static final int FLAGS_MAX = 500;

    /** Longest part of a refused key or value that a message repeats. */
    private static final int SHOWN_MAX = 60;

    private final Map<String, FlagDefinition> definitions;
    private final Map<String, String> defaults;

    private FlagCatalog(Map<String, FlagDefinition> definitions) {
        this.definitions = Collections.unmodifiableMap(definitions);
        Map<String, String> values = new LinkedHashMap<>();
        definitions.values().forEach(definition -> values.put(definition.key(), definition.defaultValue()));
        this.defaults = Collections.unmodifiableMap(values);
    }

    /** The flags of {@code schemas/flags.json}. */
    public static FlagCatalog builtIn() {
        return new FlagCatalog(new LinkedHashMap<>()).with(BundledFlagCatalogReader.read());
    }

    /**
     * This catalog and more flags.
     *
     * @throws IllegalArgumentException when a key is declared twice, or there are more than {@link #FLAGS_MAX}
     */
    public FlagCatalog with(List<FlagDefinition> more) {
        Map<String, FlagDefinition> all = new LinkedHashMap<>(definitions);
        for (FlagDefinition definition : more) {
            if (all.put(definition.key(), definition) != null) {
                throw new IllegalArgumentException("the flag " + definition.key() + " is declared twice");
            }
        }
        if (all.size() > FLAGS_MAX) {
            throw new IllegalArgumentException(all.size() + " flags are declared; at most " + FLAGS_MAX);
        }
        return new FlagCatalog(all);
    }

    public Optional<FlagDefinition> find(String key) {
        return Optional.ofNullable(definitions.get(key));
    }

    public Collection<FlagDefinition> all() {
        return definitions.values();
    }

    /** Whether the other has the same flags, each defined in the same way. */
    boolean sameFlags(FlagCatalog other) {
        return this == other || definitions.equals(other.definitions);
    }

    /** Each flag's key and default, in the order of declaration. */
    public Map<String, String> defaults() {
        return defaults;
    }

    /** Why this key or value is refused, with what is allowed and the nearest key; empty when it is fine. */
    public Optional<String> problemWith(String key, String value) {
        FlagDefinition definition = definitions.get(key);
        if (definition == null) {
            return Optional.of(unknown(key));
        }
        if (definition.allows(value)) {
            return Optional.empty();
        }
        return Optional.of(key + " cannot be " + shown(value) + ": allowed is " + definition.allowed()
                + nearestValue(definition, value));
    }

    /** Message about a key that is not a flag. */
    public String unknown(String key) {
        String nearest = nearest(key)
                .map(known -> ": did you mean " + known + "?")
                .orElse(": the flags are " + String.join(", ", definitions.keySet()));
        return shown(key) + " is not a flag" + nearest;
    }

    /** The flag that a mistyped key most likely meant. */
    Optional<String> nearest(String key) {
        return NearestWord.to(key, definitions.keySet());
    }

    private static String nearestValue(FlagDefinition definition, String value) {
        return NearestWord.to(value, definition.values())
                .map(known -> "; did you mean " + known + "?")
                .orElse("");
    }

    private static String shown(String text) {
        String start = SafeText.line(text, SHOWN_MAX);
        return text.length() <= SHOWN_MAX ? '"' + start + '"' : '"' + start + "…\" (" + text.length() + " characters)";
    }
}
