package io.weathervane.cli;

import io.weathervane.store.StoreException;
import io.weathervane.transport.socket.ServerUnreachableException;
import io.weathervane.util.RefusedException;
import io.weathervane.util.TerminalSafeWriter;
import io.weathervane.util.WorkspaceException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** The root command; by itself it lists the commands. */
@Command(
        name = "weathervane",
        description = "Supervises a worker: canary, promotion, watch, rollback, kill switch, audit.",
        mixinStandardHelpOptions = true,
        versionProvider = WeatherVaneCommand.Version.class)
final class WeatherVaneCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    private WeatherVaneCommand() {}

    /**
     * The whole command line, ready to {@code execute}: the commands of this package and more of them.
     *
     * @param environment in the place of {@link System#getenv()}
     * @param stdout the real standard output, for results and for the sample worker's protocol
     * @param more further picocli commands, each with a name
     */
    public static CommandLine create(Map<String, String> environment, OutputStream stdout, Object... more) {
        CommandLine line = new CommandLine(new WeatherVaneCommand());
        for (Object command : more) {
            line.addSubcommand(command);
        }
        line.addSubcommand(wordsOnly(new CallCommand(environment)));
        line.addSubcommand(wordsOnly(new CallsCommand()));
        line.addSubcommand(wordsOnly(new FlagsCommand(environment)));
        line.addSubcommand(new RollbackCommand(environment));
        line.addSubcommand(new CommandLine(new UpgradeCommand(environment))); // which gives it the options of its tool
        line.addSubcommand(AuditCommandGroup.with(environment));
        line.addSubcommand(ContractCommand.line(environment));
        line.addSubcommand(ConfigCommandGroup.with(environment));
        line.addSubcommand(new ReloadCommand(environment));
        line.addSubcommand(new TokenCommand(environment, Clock.systemUTC()));
        line.addSubcommand(wordsOnly(new SampleWorkerCommand(stdout)));
        line.addSubcommand(new AdoptCommand());
        line.addSubcommand(new ShellInitCommand());
        line.addSubcommand(new CommandLine.HelpCommand());
        explainExitCodes(line);
        line.setExpandAtFiles(false);
        line.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
        line.setOut(terminal(stdout));
        line.setErr(terminal(System.err));
        line.setParameterExceptionHandler(WeatherVaneCommand::correct);
        line.setExecutionExceptionHandler(WeatherVaneCommand::explain);
        return line;
    }

    /** In the help of each command that does not say itself what its codes mean. */
    private static void explainExitCodes(CommandLine line) {
        UsageMessageSpec help = line.getCommandSpec().usageMessage();
        if (help.exitCodeList().isEmpty()) {
            help.exitCodeListHeading("%nExit codes:%n").exitCodeList(ExitCode.meanings());
        }
        line.getSubcommands().values().forEach(WeatherVaneCommand::explainExitCodes);
    }

    /** Writes what a person reads: UTF-8, and nothing in it steers the terminal, wherever it is from. */
    public static PrintWriter terminal(OutputStream stream) {
        return new PrintWriter(
                new TerminalSafeWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8)), /* autoFlush= */ true);
    }

    /** For options that are not known here: those of a tool are in its schema, those of a worker are its own. */
    private static CommandLine wordsOnly(Object command) {
        return new CommandLine(command).setUnmatchedOptionsArePositionalParams(true);
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    private static int correct(ParameterException failure, String... words) {
        CommandLine line = failure.getCommandLine();
        line.getErr().println("weathervane: " + UsageSuggestions.explain(failure));
        line.getErr().println("See: " + line.getCommandSpec().qualifiedName() + " --help");
        return ExitCode.USAGE;
    }

    private static int explain(Exception failure, CommandLine line, ParseResult parsed) {
        return explain(failure, line.getErr());
    }

    /**
     * Says why a command failed, and gives its exit code. What an operator can act on is a sentence; anything else is
     * a defect and shows where it came from.
     */
    public static int explain(Exception failure, PrintWriter err) {
        boolean unreachable = failure instanceof ServerUnreachableException;
        boolean usage = failure instanceof WorkspaceException || failure instanceof UsageException;
        if (unreachable || failure instanceof RefusedException || failure instanceof StoreException) {
            err.println("weathervane: " + failure.getMessage());
        } else {
            failure.printStackTrace(err);
        }
        if (unreachable) {
            return ExitCode.UNREACHABLE;
        }
        return usage ? ExitCode.USAGE : ExitCode.REFUSED;
    }

    /** The version of the jar. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = WeatherVaneCommand.class.getPackage().getImplementationVersion();
            return new String[] {"weathervane " + (version == null ? "(not packaged)" : version)};
        }
    }
}
