package io.weathervane.config;

import io.weathervane.util.DurationFormat;
import io.weathervane.util.NearestWord;
import io.weathervane.util.SafeText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One mapping of the configuration, read key by key. It remembers what was asked for, so that whatever else
 * stands in it is an unknown key. Every refusal names the file, the line and the key's full path.
 */
final class Section {
    /** Most entries of a list or mapping. */
    static final int ENTRIES_MAX = 200;

    /** Longest value shown in a refusal. */
    private static final int SHOWN_LENGTH_MAX = 60;

    private final YamlDocument document;
    private final String path;
    private final String pointer;
    private final ObjectNode node;
    private final Set<String> asked = new LinkedHashSet<>();

    private Section(YamlDocument document, String path, String pointer, ObjectNode node) {
        this.document = document;
        this.path = path;
        this.pointer = pointer;
        this.node = node;
    }

    /** Reads the whole document with the reader, which must ask for every key it knows. */
    static <T> T read(YamlDocument document, Function<Section, T> reader) {
        return new Section(document, "", "", document.root()).readAll(reader);
    }

    private <T> T readAll(Function<Section, T> reader) {
        T value = reader.apply(this);
        for (String key : node.propertyNames()) {
            if (!asked.contains(key)) {
                throw unknown(key);
            }
        }
        return value;
    }

    /** Whether the key is there. */
    boolean has(String key) {
        asked.add(key);
        return node.has(key);
    }

    /** Whether the key has a mapping without entries: {@code {}}, not a key whose lines are all commented out. */
    boolean isEmpty(String key) {
        return node.get(key) instanceof ObjectNode mapping && mapping.isEmpty();
    }

    /** Whether the key is there with a mapping under it. */
    boolean isMapping(String key) {
        asked.add(key);
        return node.path(key).isObject();
    }

    /** How many entries the mapping has; 0 when there is none. */
    int sizeOf(String key) {
        return mapping(key).map(child -> child.node.size()).orElse(0);
    }

    Optional<String> text(String key) {
        return scalar(key).map(value -> {
            if (!value.isString()) {
                throw problem(key, "must be text (in quotes when it looks like a number), was " + shown(value));
            }
            return value.stringValue();
        });
    }

    /** Text with something in it. */
    Optional<String> words(String key) {
        return text(key).map(value -> {
            if (value.isBlank()) {
                throw problem(key, "must not be empty");
            }
            return value;
        });
    }

    Optional<Boolean> yesOrNo(String key) {
        return scalar(key).map(value -> {
            if (!value.isBoolean()) {
                throw problem(key, "must be true or false, was " + shown(value));
            }
            return value.booleanValue();
        });
    }

    Optional<Integer> wholeNumber(String key, int min, int max) {
        return scalar(key).map(value -> {
            if (!value.isInt() || value.intValue() < min || value.intValue() > max) {
                throw problem(key, "must be a whole number from " + min + " to " + max + ", was " + shown(value));
            }
            return value.intValue();
        });
    }

    Optional<Double> number(String key) {
        return scalar(key).map(value -> {
            if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
                throw problem(key, "must be a number, was " + shown(value));
            }
            return value.doubleValue();
        });
    }

    Optional<Duration> duration(String key, Duration min, Duration max) {
        return scalar(key).map(value -> {
            Duration duration = (value.isString()
                            ? DurationFormat.parse(value.stringValue())
                            : Optional.<Duration>empty())
                    .orElseThrow(() ->
                            problem(key, "must be a duration such as 500ms, 30s, 10m or 1h, was " + shown(value)));
            if (duration.compareTo(min) < 0 || duration.compareTo(max) > 0) {
                throw problem(
                        key,
                        "must be from " + DurationFormat.format(min) + " to " + DurationFormat.format(max) + ", was "
                                + shown(value));
            }
            return duration;
        });
    }

    /** A size in bytes: {@code 4MiB}, or a plain number. */
    Optional<Integer> bytes(String key, long min, long max) {
        return scalar(key).map(value -> {
            String text = value.isIntegralNumber() ? value.toString() : value.asString("");
            long bytes = ByteSizeFormat.parse(text)
                    .orElseThrow(() -> problem(key, ByteSizeFormat.FORM_RULE + ", was " + shown(value)));
            if (bytes < min || bytes > max) {
                throw problem(
                        key,
                        "must be from " + ByteSizeFormat.format(min) + " to " + ByteSizeFormat.format(max) + ", was "
                                + shown(value));
            }
            return (int) bytes;
        });
    }

    <E> Optional<E> oneOf(String key, Map<String, E> choices) {
        return scalar(key).map(value -> {
            E choice = value.isString() || value.isBoolean() ? choices.get(value.asString()) : null;
            if (choice == null) {
                throw problem(
                        key,
                        "must be one of " + String.join(", ", choices.keySet()) + ", was " + shown(value)
                                + meant(value.isString() ? value.stringValue() : "", choices.keySet()));
            }
            return choice;
        });
    }

    <T> Optional<T> section(String key, Function<Section, T> reader) {
        return mapping(key).map(child -> child.readAll(reader));
    }

    /** A mapping from names that the operator chooses to sections of one form. */
    <T> Map<String, T> named(String key, Reader<T> reader) {
        return mapping(key).map(child -> child.readNamed(reader)).orElseGet(Map::of);
    }

    /** Reads a section that has a name. */
    @FunctionalInterface
    interface Reader<T> {
        T read(String name, Section section);
    }

    private <T> Map<String, T> readNamed(Reader<T> reader) {
        checkSize(node);
        Map<String, T> values = new LinkedHashMap<>();
        for (String name : node.propertyNames()) {
            Section child = mapping(name).orElseThrow(() -> problem(name, "has nothing in it"));
            values.put(name, child.readAll(section -> reader.read(name, section)));
        }
        return values;
    }

    <T> List<T> list(String key, Function<Section, T> reader) {
        List<T> values = new ArrayList<>();
        int index = 0;
        for (JsonNode item : items(key)) {
            String itemPath = full(key) + "[" + index + "]";
            String itemPointer = pointer(key) + "/" + index++;
            if (!(item instanceof ObjectNode object)) {
                throw new ConfigException(
                        document.place(itemPointer) + ": " + itemPath + " must be a mapping, was " + shown(item));
            }
            values.add(new Section(document, itemPath, itemPointer, object).readAll(reader));
        }
        return List.copyOf(values);
    }

    List<String> texts(String key) {
        List<String> values = new ArrayList<>();
        for (JsonNode item : items(key)) {
            if (!item.isString()) {
                throw problem(
                        key, "must be a list of texts (in quotes when they look like numbers), has " + shown(item));
            }
            values.add(item.stringValue());
        }
        return List.copyOf(values);
    }

    Map<String, String> textMap(String key) {
        return mapping(key)
                .map(child -> {
                    checkSize(child.node);
                    Map<String, String> values = new LinkedHashMap<>();
                    for (String name : child.node.propertyNames()) {
                        values.put(name, child.text(name).orElseThrow());
                    }
                    return values;
                })
                .orElseGet(Map::of);
    }

    /** A mapping taken as it is. */
    Optional<ObjectNode> tree(String key) {
        return mapping(key).map(child -> child.node.deepCopy());
    }

    ConfigException missing(String key, String what) {
        return new ConfigException(document.place(pointer) + ": " + full(key) + " is missing: " + what);
    }

    ConfigException problem(String key, String rule) {
        return problem(key, rule, null);
    }

    ConfigException problem(String key, String rule, @Nullable Exception cause) {
        return new ConfigException(document.place(pointer(key)) + ": " + full(key) + " " + rule, cause, pointer(key));
    }

    /** A refusal of the section itself. */
    ConfigException refused(String rule) {
        return new ConfigException(document.place(pointer) + ": " + path + " " + rule);
    }

    /** The end of a sentence about a word that is not known: {@code ; did you mean stable?} or nothing. */
    static String meant(String word, Set<String> known) {
        return NearestWord.to(word, known)
                .map(near -> "; did you mean " + near + "?")
                .orElse("");
    }

    private ConfigException unknown(String key) {
        String near = meant(key, asked);
        String known = asked.isEmpty() ? "nothing" : String.join(", ", asked);
        return problem(key, "is not a known key" + (near.isEmpty() ? "." : near) + " Known here: " + known);
    }

    private Optional<JsonNode> scalar(String key) {
        asked.add(key);
        JsonNode value = node.get(key);
        if (value == null) {
            return Optional.empty();
        }
        if (value.isNull()) {
            throw problem(key, "has no value: give one, or remove the line");
        }
        return Optional.of(value);
    }

    /** A mapping with nothing in it (all its lines commented out, say) is the same as none. */
    private Optional<Section> mapping(String key) {
        asked.add(key);
        JsonNode value = node.get(key);
        if (value == null || value.isNull()) {
            return Optional.empty();
        }
        if (value instanceof ObjectNode object) {
            return Optional.of(new Section(document, full(key), pointer(key), object));
        }
        throw problem(key, "must be a mapping of keys to values, was " + shown(value));
    }

    private Iterable<JsonNode> items(String key) {
        asked.add(key);
        JsonNode value = node.get(key);
        if (value == null || value.isNull()) {
            return List.of();
        }
        if (!value.isArray()) {
            throw problem(key, "must be a list, was " + shown(value));
        }
        checkSize(value);
        return value;
    }

    private void checkSize(JsonNode container) {
        if (container.size() > ENTRIES_MAX) {
            throw new ConfigException(document.place(pointer) + ": " + path + " has a list or mapping of more than "
                    + ENTRIES_MAX + " entries");
        }
    }

    /** The whole path of a key, as refusals have it. */
    String full(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private String pointer(String key) {
        return pointer + "/" + key.replace("~", "~0").replace("/", "~1");
    }

    private static String shown(@Nullable JsonNode value) {
        return SafeText.line(String.valueOf(value), SHOWN_LENGTH_MAX);
    }
}
