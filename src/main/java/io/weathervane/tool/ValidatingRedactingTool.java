package io.weathervane.tool;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/**
 * A tool of ours: its arguments are checked against its schema, and neither what it is given to record nor what it answers
 * has secrets.
 */
record ValidatingRedactingTool(Tool tool, SchemaCatalog.Entry schemas) {
    /** Most objects and arrays inside each other in the arguments; a worker's tool may have more. */
    private static final int DEPTH_MAX = 64;

    ToolResult call(ToolCall call) {
        Optional<String> misuse = misuse(call.arguments());
        if (misuse.isPresent()) {
            return ToolResult.misused(misuse.get());
        }
        ObjectNode recorded = ArgumentRedactor.recorded(call.arguments());
        return ArgumentRedactor.shown(tool.call(new ToolCall(recorded, call.caller(), call.channel())));
    }

    /** What the tool itself has to say comes first: which service is meant decides what the others mean. */
    private Optional<String> misuse(ObjectNode arguments) {
        List<String> problems = problems(arguments);
        String invalid = problems.isEmpty()
                ? ""
                : ended("Invalid arguments for " + schemas.definition().name() + ": " + String.join("; ", problems));
        String all = Stream.of(tool.misuse(arguments).orElse(""), invalid)
                .filter(sentence -> !sentence.isEmpty())
                .collect(Collectors.joining(" "));
        return Optional.of(all).filter(text -> !text.isEmpty());
    }

    private List<String> problems(ObjectNode arguments) {
        return JsonDepth.isMoreThan(DEPTH_MAX, arguments)
                ? List.of("objects and arrays are inside each other more than " + DEPTH_MAX + " times")
                : schemas.inputProblems(arguments);
    }

    private static String ended(String sentence) {
        return sentence.endsWith("?") ? sentence : sentence + ".";
    }
}
