package io.weathervane.config;

import io.weathervane.flags.FlagCatalog;
import io.weathervane.flags.FlagDefinition;
import io.weathervane.flags.FlagLifecycle;
import io.weathervane.flags.FlagType;
import io.weathervane.flags.FlagValueRule;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads one entry of {@code flags}: a flag that a team adds to the catalog. */
final class FlagDefinitionReader {
    private static final Pattern KEY = Pattern.compile("[A-Z][A-Z0-9_]{0,63}");

    /** Rows of these names are the monitor's thresholds. */
    private static final String RESERVED_PREFIX = "ROLLBACK_";

    private static final Map<String, FlagType> TYPES = types();

    private final Section section;
    private final FlagType type;
    private final List<String> values;
    private final Optional<Double> min;
    private final Optional<Double> max;

    private FlagDefinitionReader(Section section, FlagType type) {
        this.section = section;
        this.type = type;
        this.values = section.texts("values");
        this.min = section.number("min");
        this.max = section.number("max");
    }

    /** The team's flags, which the catalog takes beside its own. */
    static List<FlagDefinition> readAll(Section section) {
        List<FlagDefinition> flags = section.list("flags", FlagDefinitionReader::read);
        Set<String> seen = new HashSet<>();
        flags.stream().filter(flag -> !seen.add(flag.key())).findFirst().ifPresent(flag -> {
            throw section.problem("flags", "has two flags of the key " + flag.key());
        });
        if (!flags.isEmpty()) {
            refuseBesideBuiltIn(section, flags);
        }
        return flags;
    }

    private static void refuseBesideBuiltIn(Section section, List<FlagDefinition> flags) {
        FlagCatalog builtIn = FlagCatalog.builtIn();
        flags.stream()
                .filter(flag -> builtIn.find(flag.key()).isPresent())
                .findFirst()
                .ifPresent(flag -> {
                    throw section.problem(
                            "flags", "has the key " + flag.key() + ", which is a flag of the server's own");
                });
    }

    private static FlagDefinition read(Section section) {
        String key = key(section);
        FlagType type = section.oneOf("type", TYPES)
                .orElseThrow(() -> section.missing("type", "one of " + String.join(", ", TYPES.keySet())));
        String defaultValue =
                section.text("default").orElseThrow(() -> section.missing("default", "the safe value of " + key));
        String description = section.text("description").orElse("");
        return new FlagDefinitionReader(section, type).definition(key, defaultValue, description);
    }

    private static String key(Section section) {
        String key = section.words("key").orElseThrow(() -> section.missing("key", "a name such as NEW_PLANNER"));
        if (!KEY.matcher(key).matches()) {
            throw section.problem("key", "must be up to 64 capitals, digits and underscores, was \"" + key + "\"");
        }
        if (key.startsWith(RESERVED_PREFIX)) {
            throw section.problem(
                    "key", "must not begin with " + RESERVED_PREFIX + ": those rows are the monitor's thresholds");
        }
        return key;
    }

    private FlagDefinition definition(String key, String defaultValue, String description) {
        refuseUnlessOneRule();
        if (!fits(defaultValue)) {
            throw section.problem("default", "\"" + defaultValue + "\" must be " + allowed());
        }
        FlagValueRule rule = new FlagValueRule(
                type, values, min.orElse(Double.NEGATIVE_INFINITY), max.orElse(Double.POSITIVE_INFINITY));
        try {
            return new FlagDefinition(key, rule, defaultValue, description, lifecycle());
        } catch (IllegalArgumentException e) {
            throw section.refused("cannot be a flag: " + e.getMessage());
        }
    }

    private FlagLifecycle lifecycle() {
        Optional<String> owner = section.text("owner").filter(name -> !name.isBlank());
        if (owner.filter(name -> name.length() > FlagLifecycle.OWNER_LENGTH_MAX).isPresent()) {
            throw section.problem("owner", "must have at most " + FlagLifecycle.OWNER_LENGTH_MAX + " characters");
        }
        return new FlagLifecycle(owner, section.text("expires").map(this::date));
    }

    private LocalDate date(String text) {
        try {
            return LocalDate.parse(text);
        } catch (DateTimeParseException e) {
            throw section.problem("expires", "must be a date such as 2027-01-31, was \"" + text + "\"");
        }
    }

    private void refuseUnlessOneRule() {
        if ((type == FlagType.ENUM) == values.isEmpty()) {
            throw section.problem(
                    "type",
                    type == FlagType.ENUM ? "enum needs values: […]" : type.wireName() + " takes no values: […]");
        }
        boolean ranged = type == FlagType.INTEGER || type == FlagType.NUMBER;
        if (!ranged && (min.isPresent() || max.isPresent())) {
            throw section.problem("type", type.wireName() + " takes no min and max");
        }
        if (min.isPresent() && max.isPresent() && min.get() > max.get()) {
            throw section.problem("min", "must not be above max");
        }
    }

    private boolean fits(String value) {
        return switch (type) {
            case BOOLEAN -> value.equals("0") || value.equals("1");
            case ENUM -> values.contains(value);
            case INTEGER -> value.matches("-?\\d{1,9}") && inRange(value);
            case NUMBER -> value.matches("-?\\d{1,9}(\\.\\d{1,9})?") && inRange(value);
        };
    }

    private boolean inRange(String text) {
        double value = Double.parseDouble(text);
        return min.map(least -> value >= least).orElse(true)
                && max.map(most -> value <= most).orElse(true);
    }

    private String allowed() {
        return switch (type) {
            case BOOLEAN -> "\"0\" or \"1\"";
            case ENUM -> "one of " + String.join(", ", values);
            case INTEGER -> "a whole number" + range();
            case NUMBER -> "a number" + range();
        };
    }

    private String range() {
        return min.map(least -> ", at least " + least).orElse("")
                + max.map(most -> ", at most " + most).orElse("");
    }

    private static Map<String, FlagType> types() {
        Map<String, FlagType> types = new LinkedHashMap<>();
        for (FlagType type : FlagType.values()) {
            types.put(type.wireName(), type);
        }
        return types;
    }
}
