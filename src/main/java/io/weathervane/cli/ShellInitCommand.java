package io.weathervane.cli;

import io.weathervane.tool.SchemaCatalog;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;
import tools.jackson.databind.node.ObjectNode;

/** Prints what a shell evaluates to complete our words and to understand the runbook's {@code claude mcp call}. */
@Command(
        name = "shell-init",
        description = {
            "Prints what your shell evaluates at its start: eval \"$(weathervane shell-init bash)\".",
            "It completes commands, tools, options and their values, and lets `claude mcp call TOOL ...` reach the"
                    + " server of the workspace, as the runbook writes it; anything else goes to the real claude."
        },
        mixinStandardHelpOptions = true)
final class ShellInitCommand implements Callable<Integer> {
    /** What started this program; the launcher says it. */
    private static final String LAUNCHER = "weathervane.launcher";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "SHELL", description = "bash, zsh or fish.", converter = ShellConverter.class)
    private ShellInitScript shell = ShellInitScript.BASH;

    @Override
    public Integer call() {
        SchemaCatalog schemas = SchemaCatalog.load();
        List<ObjectNode> tools = schemas.names().stream()
                .map(name -> schemas.definition(name).json())
                .toList();
        ShellCompletionWords words = ShellCompletionWords.of(spec.parent().commandLine(), tools);
        PrintWriter out = spec.commandLine().getOut();
        out.print(shell.write(words, program()));
        out.flush();
        return ExitCode.OK;
    }

    private static String program() {
        String launcher = System.getProperty(LAUNCHER, "");
        return launcher.isEmpty()
                ? "java -jar " + quoted(System.getProperty("java.class.path", "weathervane.jar"))
                : quoted(launcher);
    }

    /** One word for every shell. */
    private static String quoted(String path) {
        return "'" + path.replace("'", "'\\''") + "'";
    }

    /** Reads bash, zsh and fish, in whatever case. */
    static final class ShellConverter implements ITypeConverter<ShellInitScript> {
        @Override
        public ShellInitScript convert(String name) {
            try {
                return ShellInitScript.valueOf(name.toUpperCase(Locale.ROOT));
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(
                        "there is nothing for the shell '" + name + "'; there is for bash, zsh, fish");
            }
        }
    }
}
