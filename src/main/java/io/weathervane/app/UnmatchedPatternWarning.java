package io.weathervane.app;

import io.weathervane.tool.AccessRule;
import io.weathervane.tool.AccessRules;
import io.weathervane.tool.NameGlob;
import io.weathervane.tool.ToolDefinition;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Finds patterns in rules of access that fit no tool there is, which may be misspelled: a sentence for each. */
final class UnmatchedPatternWarning {
    private UnmatchedPatternWarning() {}

    /**
     * The sentences.
     *
     * @param own the server's own tools
     * @param workers the workers' tools as they were listed last
     */
    static List<String> of(AccessRules rules, List<ToolDefinition> own, List<ToolDefinition> workers) {
        Set<String> sentences = new LinkedHashSet<>();
        List<ToolDefinition> all = new ArrayList<>(own);
        all.addAll(workers);
        rules.everywhere().forEach(rule -> {
            addUnmatched("access", "allow", rule.allow(), all, sentences);
            addUnmatched("access", "deny", rule.deny(), all, sentences);
        });
        rules.ofServices().forEach((service, ofService) -> {
            if (!service.isEmpty()) {
                ofService.forEach(rule -> addUnmatched(service, rule, own, workers, sentences));
            }
        });
        return List.copyOf(sentences);
    }

    private static void addUnmatched(
            String service,
            AccessRule rule,
            List<ToolDefinition> own,
            List<ToolDefinition> workers,
            Set<String> sentences) {
        List<ToolDefinition> theirs = new ArrayList<>(
                workers.stream().filter(tool -> tool.service().equals(service)).toList());
        String where = "access of service " + service;
        addUnmatched(where, "allow", rule.allow(), theirs, sentences);
        theirs.addAll(own);
        addUnmatched(where, "deny", rule.deny(), theirs, sentences);
    }

    private static void addUnmatched(
            String where, String key, List<NameGlob> globs, List<ToolDefinition> tools, Set<String> sentences) {
        globs.stream()
                .filter(glob -> tools.stream().noneMatch(tool -> glob.matches(tool.name())))
                .map(glob -> where + ": " + key + " \"" + glob + "\" fits no tool that there is now")
                .forEach(sentences::add);
    }
}
