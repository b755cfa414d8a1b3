package org.peerroom.gateway;

import java.util.List;
import java.util.Set;
import org.peerroom.gateway.authority.AuthorityCommand;
import org.peerroom.gateway.demo.DemoCommand;
import org.peerroom.gateway.key.KeyCommand;
import org.peerroom.gateway.room.RoomCommand;
import org.peerroom.gateway.run.ErrorLine;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Entry point of the gateway jar. Without the name of a command it runs routes.
 *
 * <p>The exit codes are those of {@link ExitCode}. Every expected failure is one line on standard
 * error.
 */
@Command(
    name = "java -jar gateway.jar",
    description = "Joins rooms to queues, folders and HTTP services by Camel routes.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    usageHelpWidth = 110,
    synopsisSubcommandLabel = "[run] --routes FILE... | COMMAND",
    subcommands = {
      RunCommand.class,
      KeyCommand.class,
      AuthorityCommand.class,
      RoomCommand.class,
      DemoCommand.class
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  java -jar gateway.jar --routes a.yaml --set camel.component.room.listen=127.0.0.1:7400",
      "  java -jar gateway.jar --routes b.yaml --set camel.component.room.bootstrap=127.0.0.1:7400",
      "  java -jar gateway.jar run --help",
      "",
      "Exit codes:",
      "  0  done, or stopped as asked with nothing lost",
      "  1  failed while running, or did not stop in time, or a check of the demo, of 'key verify' or of 'receipts verify' does not hold",
      "  2  the arguments, the routes, the configuration or the files can't be used",
      "  3  an address to listen on is in use, or is not one of this machine"
    })
public final class Gateway implements Runnable {

  private static final Set<String> GLOBAL = Set.of("-h", "--help", "-V", "--version");

  private Gateway() {}

  /** Runs the command that the arguments name and ends the process with its exit code. */
  public static void main(String[] args) {
    int code = run(args);
    System.out.flush();
    System.exit(code);
  }

  static int run(String... args) {
    CommandLine commandLine = new CommandLine(new Gateway());
    commandLine.setExitCodeExceptionMapper(failure -> ExitCode.FAILED.code());
    commandLine.setParameterExceptionHandler(Gateway::badUsage);
    commandLine.setExecutionExceptionHandler(Gateway::failed);
    commandLine.setExpandAtFiles(false);
    return commandLine.execute(withCommand(commandLine, args));
  }

  /** Puts {@code run} before arguments that name no command. */
  private static String[] withCommand(CommandLine commandLine, String[] args) {
    if (args.length > 0
        && (GLOBAL.contains(args[0]) || commandLine.getSubcommands().containsKey(args[0]))) {
      return args;
    }
    String[] run = new String[args.length + 1];
    run[0] = "run";
    System.arraycopy(args, 0, run, 1, args.length);
    return run;
  }

  private static int badUsage(ParameterException failure, String[] args) {
    String message = String.valueOf(failure.getMessage());
    if (failure instanceof UnmatchedArgumentException unmatched) {
      message = "unknown argument '" + unmatched.getUnmatched().get(0) + "'";
    }
    String command = failure.getCommandLine().getCommandSpec().qualifiedName();
    // What was typed need not have been meant for the default command.
    String help = command.replaceFirst(" run$", "") + " --help";
    System.err.println("gateway: " + ErrorLine.oneLine(message) + "; see " + help);
    return ExitCode.BAD_INPUT.code();
  }

  private static int failed(
      Exception failure, CommandLine commandLine, CommandLine.ParseResult arguments) {
    GatewayException known =
        failure instanceof GatewayException gateway ? gateway : ErrorLine.of(failure);
    System.err.println("gateway: " + ErrorLine.oneLine(String.valueOf(known.getMessage())));
    if (stackTraces(arguments)) {
      failure.printStackTrace();
    }
    return known.exitCode().code();
  }

  private static boolean stackTraces(CommandLine.ParseResult arguments) {
    List<String> typed = arguments.expandedArgs();
    return typed.contains("-v") || typed.contains("--verbose") || typed.contains("--debug");
  }

  @Override
  public void run() {
    CommandLine.usage(this, System.out);
  }
}
