package io.weathervane.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** The help of every command, whatever reads the command's words. */
class CommandHelpTest {
    private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--[a-z][\\w-]*");
    private static final Pattern USAGE = Pattern.compile("\\AUsage: .*\n( .*\n)*");

    @ParameterizedTest
    @MethodSource("commands")
    void isPrintedForHelpAndNamesEachOptionOnceInItsUsage(String command) {
        Terminal terminal = new Terminal(Map.of());

        assertThat(terminal.run((command + " --help").split(" "))).isEqualTo(ExitCode.OK);

        assertThat(terminal.err()).isEmpty();
        assertThat(terminal.out()).startsWith("Usage: weathervane " + command).contains("Exit codes:");
        assertThat(OPTION.matcher(usage(terminal.out())).results().map(found -> found.group()))
                .doesNotHaveDuplicates();
    }

    @Test
    void theUsageThatIsWrittenByHandHasTheOptionsThatThereAre() {
        Terminal terminal = new Terminal(Map.of());
        terminal.run("token", "create", "--help");
        String usage = usage(terminal.out());

        CommandLine create = WeatherVaneCommand.create(Map.of(), OutputStream.nullOutputStream())
                .getSubcommands()
                .get("token")
                .getSubcommands()
                .get("create");
        assertThat(create.getCommandSpec().options().stream()
                        .filter(option -> !option.usageHelp() && !option.versionHelp())
                        .map(option -> option.required()
                                ? " " + option.longestName() + "=" + option.paramLabel()
                                : "[" + option.longestName() + "=" + option.paramLabel() + "]"))
                .isNotEmpty()
                .allSatisfy(option -> assertThat(usage).contains(option));
    }

    /** The lines before the description, which begins at the margin. */
    private static String usage(String help) {
        Matcher usage = USAGE.matcher(help);
        assertThat(usage.find()).isTrue();
        return usage.group();
    }

    private static List<String> commands() {
        return commands("", WeatherVaneCommand.create(Map.of(), OutputStream.nullOutputStream()))
                .toList();
    }

    private static Stream<String> commands(String path, CommandLine line) {
        return line.getSubcommands().entrySet().stream()
                .filter(command -> !command.getKey().equals("help"))
                .flatMap(command -> Stream.concat(
                        Stream.of(path + command.getKey()),
                        commands(path + command.getKey() + " ", command.getValue())));
    }
}
