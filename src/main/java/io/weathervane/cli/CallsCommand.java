package io.weathervane.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weathervane calls}: blocks of workers' calls, by the tools {@code calls_block} and {@code calls_unblock}. */
@Command(
        name = "calls",
        description = "Blocks calls of workers' tools, lets them through again, lists what is blocked.",
        mixinStandardHelpOptions = true,
        customSynopsis = {
            "weathervane calls block (--tool PATTERN | --service NAME | --scope writes|all) [--reason TEXT]",
            "                        [--in-flight finish|cancel]",
            "weathervane calls unblock ID --reason TEXT [--approver NAME] [--approval-id ID]",
            "weathervane calls list",
            "Each with the options of `weathervane call`: --json, --url, --token-file, --workspace, --timeout."
        })
final class CallsCommand implements Callable<Integer> {
    private static final String BLOCK = "calls_block";
    private static final String UNBLOCK = "calls_unblock";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(arity = "0..*", hidden = true)
    private List<String> words = List.of();

    @Override
    public Integer call() {
        List<String> line = new ArrayList<>(List.of("call"));
        line.addAll(toolLine());
        CommandLine root = spec.root().commandLine();
        return root.execute(line.toArray(String[]::new));
    }

    private List<String> toolLine() {
        String what = words.isEmpty() ? "" : words.get(0);
        List<String> rest = words.isEmpty() ? List.of() : words.subList(1, words.size());
        List<String> line = new ArrayList<>();
        switch (what) {
            case "block" -> line.add(BLOCK);
            case "list" -> line.add(UNBLOCK);
            case "unblock" -> {
                line.add(UNBLOCK);
                if (rest.isEmpty() || rest.get(0).startsWith("-")) {
                    throw new ParameterException(
                            spec.commandLine(),
                            "calls unblock wants the ID of a block first, such as tool:pay_*; calls list shows them");
                }
                line.add("--id");
            }
            default -> throw new ParameterException(spec.commandLine(), "calls wants one of block, unblock, list");
        }
        line.addAll(rest);
        return line;
    }
}
