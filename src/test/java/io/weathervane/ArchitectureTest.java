package io.weathervane;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import io.weathervane.worker.role.DefaultWorkerManager;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.mockito.Mockito;

/** Which package may import which. A line here is a decision; ARCHITECTURE.md draws the same tree. */
class ArchitectureTest {
    private static final String BASE = "io.weathervane";
    private static final Set<String> EVERYTHING = Set.of("*");

    private static final Path SOURCES = Path.of("src/main/java/io/weathervane");

    /** An import of ours; the group is its package. */
    private static final Pattern IMPORT =
            Pattern.compile("(?m)^import (?:static )?io\\.weathervane\\.([a-z.]+)\\.[A-Z]");

    /** The name of a type where a source declares it. */
    private static final Pattern DECLARATION =
            Pattern.compile("(?m)^\\s*(?:[a-z-]+ )*(?:class|interface|enum|record) (\\w+)");

    /** Package to what it may import of ours. {@code util} is open to all and not listed. */
    private static final Map<String, Set<String>> MAY_IMPORT = Map.ofEntries(
            Map.entry("", EVERYTHING),
            Map.entry("app", EVERYTHING),
            Map.entry("logging", Set.of()),
            Map.entry("util", Set.of()),
            Map.entry("peer", Set.of()),
            Map.entry("event", Set.of()),
            Map.entry("jsonrpc", Set.of()),
            Map.entry("failure", Set.of("jsonrpc")),
            Map.entry("store", Set.of()),
            Map.entry("monitor", Set.of()),
            Map.entry("tool", Set.of("jsonrpc")),
            Map.entry("resource", Set.of("tool")),
            Map.entry("prompt", Set.of("tool", "jsonrpc")),
            Map.entry("completion", Set.of("tool")),
            Map.entry("task", Set.of("store")),
            Map.entry("audit", Set.of("store", "jsonrpc")),
            Map.entry("core", Set.of("audit", "store", "event")),
            Map.entry("flags", Set.of("audit", "store", "event")),
            Map.entry("ofrep", Set.of("flags", "jsonrpc")),
            Map.entry("reader", Set.of()),
            Map.entry("block", Set.of("flags", "tool", "audit", "store", "event")),
            Map.entry("worker", Set.of("failure", "jsonrpc", "store")),
            Map.entry("clientfile", Set.of()),
            Map.entry("worker.process", Set.of("worker", "clientfile", "store")),
            Map.entry("worker.protocol", Set.of("worker", "jsonrpc")),
            Map.entry("worker.remote", Set.of("worker", "worker.protocol", "jsonrpc")),
            Map.entry("worker.remote.auth", Set.of("worker", "worker.remote", "clientfile")),
            Map.entry(
                    "worker.routing",
                    Set.of(
                            "worker",
                            "worker.process",
                            "worker.protocol",
                            "worker.remote",
                            "worker.remote.auth",
                            "failure",
                            "jsonrpc")),
            Map.entry(
                    "worker.role",
                    Set.of("worker", "worker.process", "worker.routing", "failure", "jsonrpc", "store", "event")),
            Map.entry("shadow", Set.of("jsonrpc", "worker")),
            Map.entry("contract", Set.of("jsonrpc", "shadow")),
            Map.entry(
                    "contract.enforcement",
                    Set.of("contract", "core", "worker", "approval", "audit", "store", "event", "jsonrpc")),
            Map.entry(
                    "gateway",
                    Set.of("worker", "block", "tool", "resource", "prompt", "completion", "mcp", "event", "jsonrpc")),
            Map.entry(
                    "gateway.composite",
                    Set.of("worker", "tool", "resource", "prompt", "completion", "mcp", "jsonrpc")),
            Map.entry("baseline", Set.of("monitor", "worker", "store")),
            Map.entry("watch", Set.of("monitor", "worker", "store")),
            Map.entry("probe", Set.of("monitor", "worker", "watch", "failure", "jsonrpc")),
            Map.entry("policy", Set.of("monitor", "probe")),
            Map.entry("observation", Set.of("monitor", "baseline", "watch", "probe", "worker", "store")),
            Map.entry("explanation", Set.of("monitor", "watch", "failure", "audit")),
            Map.entry("reset", Set.of("monitor", "watch", "worker", "audit", "store")),
            Map.entry(
                    "rollback",
                    Set.of(
                            "core",
                            "monitor",
                            "baseline",
                            "watch",
                            "probe",
                            "policy",
                            "observation",
                            "explanation",
                            "reset",
                            "worker",
                            "failure",
                            "flags",
                            "approval",
                            "audit",
                            "store",
                            "event")),
            Map.entry(
                    "upgrade",
                    Set.of(
                            "core",
                            "worker",
                            "shadow",
                            "contract.enforcement",
                            "baseline",
                            "rollback",
                            "approval",
                            "probe",
                            "policy",
                            "monitor",
                            "flags",
                            "audit",
                            "store",
                            "event",
                            "jsonrpc")),
            Map.entry("signal", Set.of("monitor", "observation", "worker")),
            Map.entry("incident", Set.of("audit", "failure")),
            Map.entry("alert", Set.of("audit", "store", "failure")),
            Map.entry("approval", Set.of("flags", "audit", "store", "event")),
            Map.entry(
                    "tool.presentation",
                    Set.of(
                            "reader",
                            "alert",
                            "approval",
                            "audit",
                            "block",
                            "contract",
                            "contract.enforcement",
                            "failure",
                            "flags",
                            "monitor",
                            "policy",
                            "rollback",
                            "upgrade",
                            "watch",
                            "worker")),
            Map.entry(
                    "tool.builtin",
                    Set.of(
                            "reader",
                            "tool",
                            "tool.presentation",
                            "approval",
                            "block",
                            "rollback",
                            "explanation",
                            "reset",
                            "monitor",
                            "worker",
                            "failure",
                            "contract",
                            "contract.enforcement",
                            "upgrade",
                            "flags",
                            "event",
                            "audit",
                            "incident",
                            "jsonrpc",
                            "store")),
            Map.entry(
                    "resource.builtin",
                    Set.of("resource", "tool", "tool.presentation", "audit", "incident", "store", "jsonrpc")),
            Map.entry("prompt.builtin", Set.of("prompt", "tool", "incident", "jsonrpc")),
            Map.entry(
                    "completion.builtin",
                    Set.of(
                            "completion",
                            "prompt",
                            "resource",
                            "tool",
                            "flags",
                            "audit",
                            "incident",
                            "store",
                            "jsonrpc")),
            Map.entry("mcp", Set.of("tool", "resource", "prompt", "completion", "task", "jsonrpc", "store")),
            Map.entry("mcp.legacy", Set.of("mcp", "tool", "resource", "jsonrpc")),
            Map.entry("auth", Set.of("tool", "jsonrpc")),
            Map.entry("transport.stdio", Set.of("mcp", "jsonrpc", "tool")),
            Map.entry("transport.stdio.legacy", Set.of("transport.stdio", "mcp", "mcp.legacy", "jsonrpc", "tool")),
            Map.entry("transport.http", Set.of("mcp", "jsonrpc", "tool", "auth", "peer", "ofrep", "reader")),
            Map.entry("transport.http.legacy", Set.of("transport.http", "mcp", "mcp.legacy", "jsonrpc", "tool")),
            Map.entry("transport.socket", Set.of("jsonrpc", "tool", "transport.stdio", "peer")),
            Map.entry(
                    "config",
                    Set.of(
                            "clientfile",
                            "flags",
                            "block",
                            "alert",
                            "worker",
                            "monitor",
                            "policy",
                            "probe",
                            "signal",
                            "shadow",
                            "contract",
                            "upgrade",
                            "auth",
                            "tool",
                            "transport.http")),
            Map.entry("sample", Set.of("jsonrpc")),
            Map.entry("demo", Set.of("jsonrpc")),
            Map.entry(
                    "cli",
                    Set.of(
                            "app",
                            "clientfile",
                            "config",
                            "demo",
                            "jsonrpc",
                            "transport.socket",
                            "sample",
                            "contract",
                            "shadow",
                            "audit",
                            "store",
                            "worker",
                            "worker.role",
                            "auth",
                            "tool",
                            "upgrade")));

    /** The main classes and those of the tests. */
    private static final JavaClasses ALL_CLASSES = new ClassFileImporter().importPackages(BASE);

    private static final JavaClasses CLASSES = ALL_CLASSES.that(describe(
            "are not of the tests",
            type -> new ImportOption.DoNotIncludeTests()
                    .includes(Location.of(type.getSource().orElseThrow().getUri()))));

    /** Names that were riddles once (docs/glossary.md has the words that took their place); tests keep to it too. */
    private static final Set<String> RIDDLES =
            Set.of(("Addressee AfterShadow AllowedNames Arguments AtTheTerminal BlueGreen Bulletin CallAlarm CallGate"
                            + " CallScope CallWatchers CallersUser ClientWishes Deadline Definitions Dialogue DirectQuestions"
                            + " Disposal Door EarlyBody EngagedMark Engagement Era ErrorLog Escaped Exchange Family FirstCommand"
                            + " FlagMemory FlagModel FlagPass FlagWatch Folder Guarded Halt HeldToken Hint HttpAnswer HttpLimits"
                            + " InputNeededException Interest Introduction KeptFiles KillSwitchGuard Ledger Leftovers Lineup"
                            + " LiveTokens LogBudget Lookout Moments Occasion OneLine OperationsTally OrchestrationMetrics"
                            + " OtherServer Outflow Overview Pair ParkedCalls Person PlainErrors PlainSession Plant Preparation"
                            + " ProcessManners Proposal Quiet Reaction Refusing Repository ResetStep Responder RestartWork"
                            + " ResultForm RiskyChange RoleRecord Roster Said Same Scene Seat SecondPerson Serving SessionDoor"
                            + " Shown Slots Staff Stage Standby Steadiness Steps StreamWatch Supervision SwitchRecord Switches"
                            + " TakenWord Tidying TokenFile ToolAround ToolBench ToolOption ToolServer Turn Turns Unknowable"
                            + " UpgradeBench UpgradeParts Usage Verdict Weight WishList WorkerContent WorkerNews WorkerOffer"
                            + " WorkerOptions WorkerPin WorkerWishes Workshop")
                    .split(" "));

    private static final int ARGUMENTS_MAX = 6;

    /** Records of more components, each with why. */
    private static final Map<String, String> WIDE_RECORDS =
            Map.of("audit.AuditRow", "a row of the table, column by column, as its hash is made");

    /** Parts of a server that are made in one place, and that place. */
    private static final Map<String, String> MADE_BY = Map.ofEntries(
            Map.entry("flags.LiveFlags", "app.Flags"),
            Map.entry("flags.FlagStore", "flags.LiveFlags"),
            Map.entry("flags.FlagDatabasePoller", "flags.LiveFlags"),
            Map.entry("alert.WebhookAlerts", "app.Operations"),
            Map.entry("approval.ApprovalService", "app.Operations"),
            Map.entry("worker.role.DefaultWorkerManager", "app.Workers"),
            Map.entry("shadow.RecentCalls", "app.Workers"),
            Map.entry("policy.PolicyResolver", "policy.WatchSettings"),
            Map.entry("policy.WatchSettings", "app.Rollback"),
            Map.entry("signal.ExternalSignalRegistry", "app.Rollback"),
            Map.entry("rollback.RollbackMonitor", "app.Rollback"),
            Map.entry("rollback.WatchController", "rollback.RollbackMonitor"),
            Map.entry("rollback.CheckLoop", "rollback.RollbackMonitor"),
            Map.entry("baseline.ReleaseRecorder", "rollback.RollbackMonitor"),
            Map.entry("contract.enforcement.ServiceContract", "contract.enforcement.ContractInForce"),
            Map.entry("contract.enforcement.ContractInForce", "app.Service"),
            Map.entry("upgrade.UpgradeManager", "app.Upgrades"),
            Map.entry("gateway.WorkerTools", "app.Upstream"),
            Map.entry("gateway.composite.ServiceGateway", "app.Upstream"),
            Map.entry("tool.ToolRegistry", "app.McpApp"),
            Map.entry("mcp.McpDispatcher", "app.McpApp"),
            Map.entry("app.McpContent", "app.McpApp"),
            Map.entry("app.BuiltInTools", "app.McpApp"),
            Map.entry("app.McpApp", "app.Application"),
            Map.entry("app.WorkerStartup", "app.Service"),
            Map.entry("app.HealthReportBuilder", "app.Application"),
            Map.entry("app.LiveConfiguration", "app.Application"),
            Map.entry("app.ChangePublisher", "app.McpApp"),
            Map.entry("app.SignalPosts", "app.Application"),
            Map.entry("transport.http.HttpServices", "app.Application"));

    /** Tests that make a part without being the test of that part, each with what it makes it for. */
    private static final Map<String, Set<String>> MADE_FOR_A_TEST = Map.ofEntries(
            Map.entry(
                    "scripted tools in place of the server's: the protocol, a transport or a filter is what is tested",
                    Set.of(
                            "cli.CallCommandAsksTest makes tool.ToolRegistry",
                            "conformance.FixtureTools makes tool.ToolRegistry",
                            "mcp.ScriptedClient makes tool.ToolRegistry",
                            "mcp.ToolListHandlerTest makes tool.ToolRegistry",
                            "testing.ScriptedTools makes tool.ToolRegistry",
                            "testing.TestDispatchers makes mcp.McpDispatcher",
                            "testing.TestHttp makes transport.http.HttpServices",
                            "tool.ReadOnlyToolFilterTest makes tool.ToolRegistry",
                            "transport.http.HeadersFuzzTest makes tool.ToolRegistry",
                            "transport.http.HttpFixture makes tool.ToolRegistry",
                            "transport.http.StreamsFixture makes tool.ToolRegistry",
                            "transport.socket.SmallServer makes tool.ToolRegistry")),
            Map.entry(
                    "posts to a server without tools, and the registry that they reach",
                    Set.of(
                            "app.SignalPostsTest makes signal.ExternalSignalRegistry",
                            "app.SignalPostsTest makes tool.ToolRegistry")),
            Map.entry(
                    "polls that the test makes itself, on a database whose reads it counts or with a time of its own",
                    Set.of(
                            "flags.FlagDatabasePollerTest makes flags.FlagStore",
                            "flags.FlagTableReadsTest makes flags.FlagDatabasePoller",
                            "flags.FlagTableReadsTest makes flags.FlagStore")));

    /** Methods that give a part which does nothing. */
    private static final Set<String> WITHOUT_EFFECT = Set.of("empty", "none");

    private static final Path MEASUREMENTS = Path.of("src/bench/java");

    /** Types that are public although the classes of main show no use in another package, by why. */
    private static final Map<String, Set<String>> PUBLIC_ALL_THE_SAME = Map.of(
            "loaded by their names", Set.of("Main", "StderrLogbackConfigurator"),
            "written as a lambda, a variable's type or a constant, which classes do not show",
                    Set.of(
                            "KnownMethods",
                            "EvidenceProgressListener",
                            "ShadowProgressListener",
                            "RiskyTool",
                            "ServerSpec",
                            "ToolDifference"),
            "the modules of a server, which tests and measurements of other packages start as production does",
                    Set.of("Modules", "Flags", "Workers", "Rollback"));

    @Test
    void noTypeHasARiddleForAName() {
        assertThat(ALL_CLASSES.stream()
                        .filter(type -> RIDDLES.contains(type.getSimpleName().replaceFirst("(Test|IT)$", "")))
                        .map(JavaClass::getName))
                .isEmpty();
    }

    /** Measurements are compiled elsewhere, so the types that their sources declare are looked at. */
    @Test
    void noTypeOfAMeasurementHasARiddleForAName() throws IOException {
        Set<String> riddles = new TreeSet<>();
        try (Stream<Path> files = Files.walk(MEASUREMENTS)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                DECLARATION
                        .matcher(Files.readString(file))
                        .results()
                        .map(found -> found.group(1))
                        .filter(RIDDLES::contains)
                        .forEach(name -> riddles.add(file + ": " + name));
            }
        }

        assertThat(riddles).isEmpty();
    }

    /** What belongs together is a record of its own, in data too. */
    @Test
    void nothingIsMadeOfMoreThanSixParts() {
        assertThat(CLASSES.stream()
                        .filter(type -> !type.isEnum() && !WIDE_RECORDS.containsKey(outermost(type)))
                        .flatMap(type -> type.getConstructors().stream())
                        .filter(made -> made.getRawParameterTypes().size() > ARGUMENTS_MAX)
                        .map(made -> made.getFullName()))
                .isEmpty();
    }

    /** The same holds for what a method is given; a lambda's method has what it captures besides. */
    @Test
    void nothingIsCalledWithMoreThanSixArguments() {
        assertThat(CLASSES.stream()
                        .flatMap(type -> type.getMethods().stream())
                        .filter(method -> !method.getModifiers().contains(JavaModifier.SYNTHETIC))
                        .filter(method -> method.getRawParameterTypes().size() > ARGUMENTS_MAX)
                        .map(method -> method.getFullName()))
                .isEmpty();
    }

    @Test
    void aTypeIsPublicForAnotherPackageOfMainOnly() {
        Set<String> allTheSame =
                PUBLIC_ALL_THE_SAME.values().stream().flatMap(Set::stream).collect(Collectors.toSet());
        assertThat(CLASSES.stream()
                        .filter(type ->
                                type.isTopLevelClass() && type.getModifiers().contains(JavaModifier.PUBLIC))
                        .filter(type -> !allTheSame.contains(type.getSimpleName()))
                        .filter(type -> type.getDirectDependenciesToSelf().stream()
                                .map(Dependency::getOriginClass)
                                .filter(user -> CLASSES.contain(user.getName()))
                                .allMatch(user -> user.getPackageName().equals(type.getPackageName())))
                        .map(JavaClass::getName))
                .isEmpty();
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching(BASE + ".(**)")
                .should()
                .beFreeOfCycles()
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void everyPackageImportsOnlyWhatItMay() {
        Set<String> violations = CLASSES.stream()
                .flatMap(ArchitectureTest::forbiddenImports)
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(violations).isEmpty();
    }

    /** An edge that no class uses any more would let one in again without a decision. */
    @Test
    void everyAllowedImportIsUsed() throws IOException {
        Map<String, Set<String>> used = writtenImports();
        CLASSES.forEach(type -> importedPackages(type)
                .forEach(target -> used.computeIfAbsent(nameOf(type), origin -> new TreeSet<>())
                        .add(target)));
        Set<String> unused = new TreeSet<>();
        MAY_IMPORT.forEach((origin, allowed) -> allowed.stream()
                .filter(target -> !allowed.equals(EVERYTHING)
                        && !used.getOrDefault(origin, Set.of()).contains(target))
                .forEach(target -> unused.add(origin + " imports nothing of " + target)));

        assertThat(unused).isEmpty();
    }

    /** The sources show what the compiled classes do not: an import for a constant. */
    @Test
    void everySourceImportsOnlyWhatItsPackageMay() throws IOException {
        Set<String> violations = new TreeSet<>();
        writtenImports()
                .forEach((origin, targets) -> targets.stream()
                        .filter(target -> !mayImport(origin, MAY_IMPORT.getOrDefault(origin, Set.of()), target))
                        .forEach(target -> violations.add(origin + " imports " + target)));

        assertThat(violations).isEmpty();
    }

    /** Tests start what production starts: a part is made by its module, and by the test of that part. */
    @Test
    void onlyItsModuleMakesAPartOfTheServer() {
        Set<String> others = new TreeSet<>();
        MADE_BY.forEach((part, maker) -> ALL_CLASSES.get(BASE + "." + part).getAccessesToSelf().stream()
                .filter(ArchitectureTest::makesItsOwner)
                .map(access -> outermost(access.getOriginOwner()))
                .filter(origin -> !Set.of(part, maker, part + "Test").contains(origin))
                .forEach(origin -> others.add(origin + " makes " + part)));

        assertThat(others)
                .containsExactlyInAnyOrderElementsOf(
                        MADE_FOR_A_TEST.values().stream().flatMap(Set::stream).toList());
    }

    /** Measurements are compiled elsewhere, so their sources are looked at. */
    @Test
    void noMeasurementMakesAPartOfTheServer() throws IOException {
        Pattern making = Pattern.compile(MADE_BY.keySet().stream()
                .map(part -> part.substring(part.lastIndexOf('.') + 1))
                .collect(Collectors.joining(
                        "|", "\\b(?:new (?:", ")\\(|(?:LiveFlags|WebhookAlerts|RecentCalls)\\.\\w+\\()")));
        Set<String> makers = new TreeSet<>();
        try (Stream<Path> files = Files.walk(MEASUREMENTS)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                making.matcher(Files.readString(file))
                        .results()
                        .forEach(found -> makers.add(file + ": " + found.group()));
            }
        }

        assertThat(makers).isEmpty();
    }

    /** Also the wiring, which may import everything: it makes the one that has the rest. */
    @Test
    void ofThePartsOfTheWorkerPackageOthersKnowOnlyTheSupervisor() {
        noClasses()
                .that()
                .resideOutsideOfPackage(BASE + ".worker..")
                .should()
                .dependOnClassesThat(resideInAPackage(BASE + ".worker.(**)").and(not(type(DefaultWorkerManager.class))))
                .check(CLASSES);
    }

    /** So the legacy generation can be deleted one day: with its three packages, and where the wiring hands them in. */
    @Test
    void onlyTheApplicationKnowsWhatIsThereForTheLegacyGenerationAlone() {
        noClasses()
                .that(not(resideInAPackage("..legacy")
                        .or(name(BASE + ".app.Application"))
                        .or(name(BASE + ".app.McpApp"))))
                .should()
                .dependOnClassesThat(resideInAPackage("..legacy"))
                .check(CLASSES);
    }

    @Test
    void onlyTheHttpTransportKnowsJetty() {
        noClasses()
                .that()
                .resideOutsideOfPackage(BASE + ".transport.http..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.eclipse.jetty..")
                .check(CLASSES);
    }

    @Test
    void onlyAuthenticationKnowsTheLibraryForTokens() {
        noClasses()
                .that()
                .resideOutsideOfPackage(BASE + ".auth..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.nimbusds..")
                .check(CLASSES);
    }

    @Test
    void onlyTheStoreKnowsJdbcDrivers() {
        noClasses()
                .that()
                .resideOutsideOfPackage(BASE + ".store..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.sqlite..")
                .check(CLASSES);
    }

    /** {@code scripts/slow-tests} runs what is tagged as slow, and it runs integration tests only. */
    @Test
    void onlyIntegrationTestsAreTagged() {
        noClasses()
                .that()
                .haveSimpleNameNotEndingWith("IT")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("org.junit.jupiter.api.Tag")
                .check(ALL_CLASSES);
    }

    /** Mockito's agent would change every class of the JVM that it is in: mocks are subclasses, of interfaces mostly. */
    @Test
    void mocksWithoutAnAgent() throws IOException {
        try (InputStream maker =
                Mockito.class.getResourceAsStream("/mockito-extensions/org.mockito.plugins.MockMaker")) {
            assertThat(new String(maker.readAllBytes(), UTF_8)).isEqualToIgnoringNewLines("mock-maker-subclass");
        }
        noClasses()
                .should()
                .dependOnClassesThat()
                .haveNameMatching("org\\.mockito\\.(MockMakers|MockedStatic|MockedConstruction)")
                .check(ALL_CLASSES);
    }

    @Test
    void resultsAreReadByTheNamesOfTheirColumns() {
        noClasses()
                .that()
                .resideOutsideOfPackage(BASE + ".store..")
                .should()
                .dependOnClassesThat()
                .areAssignableTo(ResultSet.class)
                .check(CLASSES);
        noClasses()
                .should()
                .callMethodWhere(describe(
                        "a result is asked for a column's number",
                        call -> call.getTargetOwner().isAssignableTo(ResultSet.class)
                                && call.getTarget().getRawParameterTypes().stream()
                                        .anyMatch(type -> type.isEquivalentTo(int.class))))
                .check(CLASSES);
    }

    /** Whether a constructor is called, or a method that stands for one. */
    private static boolean makesItsOwner(JavaAccess<?> access) {
        return access.getTarget() instanceof CodeUnitAccessTarget target
                && !WITHOUT_EFFECT.contains(target.getName())
                && (target.getName().equals(JavaConstructor.CONSTRUCTOR_NAME)
                        || (target.getRawReturnType().equals(target.getOwner())
                                && target.resolveMember()
                                        .filter(made -> made.getModifiers().contains(JavaModifier.STATIC))
                                        .isPresent()));
    }

    private static String outermost(JavaClass type) {
        JavaClass outer = type;
        while (outer.getEnclosingClass().isPresent()) {
            outer = outer.getEnclosingClass().get();
        }
        return outer.getName().substring(BASE.length() + 1);
    }

    private static Stream<String> forbiddenImports(JavaClass origin) {
        Set<String> allowed = MAY_IMPORT.get(nameOf(origin));
        if (allowed == null) {
            return Stream.of(origin.getPackageName() + " is not in the table of this test");
        }
        return importedPackages(origin)
                .filter(target -> !mayImport(nameOf(origin), allowed, target))
                .map(target -> origin.getName() + " imports " + target);
    }

    /** Each package's imports of ours as its sources have them. */
    private static Map<String, Set<String>> writtenImports() throws IOException {
        Map<String, Set<String>> imports = new TreeMap<>();
        try (Stream<Path> files = Files.walk(SOURCES)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String origin = SOURCES.relativize(file.getParent()).toString().replace(File.separatorChar, '.');
                Matcher line = IMPORT.matcher(Files.readString(file));
                while (line.find()) {
                    imports.computeIfAbsent(origin, any -> new TreeSet<>()).add(line.group(1));
                }
            }
        }
        return imports;
    }

    private static Stream<String> importedPackages(JavaClass origin) {
        return origin.getDirectDependenciesFromSelf().stream()
                .map(dependency -> dependency.getTargetClass())
                .filter(target -> target.getPackageName().startsWith(BASE))
                .map(ArchitectureTest::nameOf);
    }

    private static boolean mayImport(String origin, Set<String> allowed, String target) {
        return allowed.equals(EVERYTHING) || target.equals(origin) || target.equals("util") || allowed.contains(target);
    }

    private static String nameOf(JavaClass type) {
        String name = type.getPackageName();
        return name.equals(BASE) ? "" : name.substring(BASE.length() + 1);
    }
}
