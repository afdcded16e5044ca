package io.weathervane.config;

import io.weathervane.tool.AccessRule;
import io.weathervane.tool.CallerRole;
import io.weathervane.tool.NameGlob;
import io.weathervane.util.SafeText;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads {@code access}: rules about who may call which tools. */
final class AccessReader {
    private AccessReader() {}

    static List<AccessRule> readAll(Section section) {
        return section.list("access", AccessReader::rule);
    }

    private static AccessRule rule(Section section) {
        Set<CallerRole> roles = roles(section);
        Set<String> principals = names(section, "principals");
        Set<String> scopes = names(section, "scopes");
        List<NameGlob> allow = globs(section, "allow");
        List<NameGlob> deny = globs(section, "deny");
        long about = Stream.of(roles, principals, scopes)
                .filter(callers -> !callers.isEmpty())
                .count();
        if (about != 1) {
            throw section.refused((about == 0 ? "is about no caller" : "is about callers in more than one way")
                    + ": a rule has one of roles, principals, scopes, with at least one entry");
        }
        if (allow.isEmpty() && deny.isEmpty()) {
            throw section.refused("says nothing: a rule has allow, deny or both, with at least one entry");
        }
        return new AccessRule(new AccessRule.Callers(roles, principals, scopes), allow, deny);
    }

    private static Set<CallerRole> roles(Section section) {
        Set<CallerRole> roles = EnumSet.noneOf(CallerRole.class);
        Set<String> known = Stream.of(CallerRole.values())
                .map(CallerRole::wireName)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        for (String word : section.texts("roles")) {
            roles.add(CallerRole.of(word)
                    .orElseThrow(() -> section.problem(
                            "roles",
                            "must have only " + String.join(", ", known) + ", has \"" + SafeText.line(word) + "\""
                                    + Section.meant(word, known))));
        }
        return roles;
    }

    private static Set<String> names(Section section, String key) {
        List<String> names = section.texts(key);
        if (names.stream().anyMatch(name -> !SafeText.isName(name))) {
            throw section.problem(key, "must have only names of visible characters, without empty ones");
        }
        return new HashSet<>(names);
    }

    private static List<NameGlob> globs(Section section, String key) {
        return section.texts(key).stream()
                .map(text -> {
                    if (!NameGlob.isValid(text)) {
                        throw section.problem(
                                key,
                                "must have only patterns of tools' names (" + NameGlob.ALLOWED + "), has \""
                                        + SafeText.line(text) + "\"");
                    }
                    return new NameGlob(text);
                })
                .toList();
    }
}
