/** The commands, each in a file of its own that is loaded only when it is asked for. */
import type { ExitCode } from '../diagnostic.ts';

/** Runs with the arguments after its name; writes data to stdout and all else to stderr. */
export type Run = (args: readonly string[]) => Promise<ExitCode>;

export interface Command {
  summary: string;
  usage: string;
  /** Whether it needs the engine, whose process then starts while the rest is loaded. */
  engine?: true;
  load: () => Promise<{ run: Run }>;
}

const from = `where from:
  --snapshot S         a saved snapshot: a path, or the name of a shipped one; absent: the live cluster
  --context C, --kubeconfig PATH   which cluster, as in kubectl
  -n, --namespace NS   namespace of intents that state none`;
const with_ = `with what:
  --model DIR          a trained model; absent: the shipped one
  --guardrails DIR     policies, readers and envelopes of the checker; absent: the shipped ones
  --environment E      values of this environment of the intent`;

export const commands: Record<string, Command> = {
  synth: {
    summary: 'compile intents into the resource graph of a cluster',
    usage: `kubesynth synth -f FILE|DIR|- [--snapshot S] [-o yaml|json] [--report FILE]

  -f, --file F         intents; may be repeated; a folder stands for its *.yaml, *.yml and *.json; - is stdin
  -o, --output yaml|json   several YAML documents, or one v1 List
  --report FILE        verdict, timings and figures as JSON (a list when there are several intents)
${from}
${with_}

exit: 0 accepted, 2 malformed input, 3 needs review, 4 refused, 5 internal fault; from 2 up nothing is written but findings`,
    engine: true,
    load: () => import('./synth.ts'),
  },
  verify: {
    summary: "check manifests, one's own or anyone's",
    usage: `kubesynth verify -f FILE|DIR|- [--intent I] [--snapshot S] [-o yaml|json]

  -f, --file F         the manifests
  --intent I           the ServiceIntent they have to satisfy; absent: schema, guardrails and references only
${from}
${with_}`,
    load: () => import('./verify.ts'),
  },
  plan: {
    summary: 'say what applying intents, or a change of the cluster, would change',
    usage: `kubesynth plan -f FILE|DIR|- [--snapshot S] [-o yaml|json]
       kubesynth plan --what-if CHANGE [-f FILE|DIR|-] [--snapshot S] [-o yaml|json]

  -f, --file F         intents; may be repeated; with --what-if absent: every ServiceIntent of the cluster or the snapshot
  --what-if CHANGE     compare with the cluster as it would be, instead of with the objects that are there; may be repeated:
    k8s=VERSION        on that minor version of Kubernetes, such as 1.30, as a shipped snapshot has it
    add-crd=FILE       with these CustomResourceDefinitions, new ones or other versions of those that are there
    remove-api=GROUP   without that API group
  -o json              {"verdict","findings","intents":[{"intent","verdict","objects":[{"object","apiVersion","namespace","action",
                       "fields":[{"path","from","to"}]}],"findings"}]}; docs/plan.md has the rest
${from}
${with_}

exit: 0 no change, 1 changes, or what a snapshot cannot tell, 2 malformed input, 3 needs review now, 4 refused now, 5 internal fault`,
    engine: true,
    load: () => import('./plan.ts'),
  },
  explain: {
    summary: 'say where each field of a synthesised object came from',
    usage: `kubesynth explain -f INTENT KIND/NAME [FIELD] [--snapshot S] [-o yaml|json]

  FIELD                e.g. spec.template.spec.containers[0].image; everything below it is explained
  -o json              [{"object","path","value","from","at","examples","guardrails","margin"}]
${from}
${with_}`,
    engine: true,
    load: () => import('./explain.ts'),
  },
  snapshot: {
    summary: 'save what synthesis needs from a cluster, redacted',
    usage: `kubesynth snapshot PATH [--context C] [--kubeconfig PATH]

  PATH                 the file to write; - is stdout. Secret values never enter it.`,
    load: () => import('./snapshot.ts'),
  },
  import: {
    summary: 'turn existing manifests into intents, and say what became of every decision in them',
    usage: `kubesynth import -f FILE|DIR|- | --live | --release NAME [--output-dir DIR] [--report FILE] [--snapshot S] [-o yaml|json]

  -f, --file F         rendered manifests; may be repeated; a folder stands for its *.yaml, *.yml and *.json; - is stdin
  --live               what runs in the namespace (-n) of the cluster instead; --release NAME: of one Helm release in it
  --output-dir DIR     one file per intent; absent: all of them on stdout
  --report FILE        {"workloads","outOfScope","leaves","differences","lines","replaced"} as JSON
  -o, --output yaml|json   several YAML documents, or one v1 List
${from}
  --model DIR, --guardrails DIR    absent: the shipped ones

  helm template NAME CHART | kubesynth import -f - --output-dir intents --snapshot S

exit: 0 everything arrives, by the model or by overrides; 2 malformed input; 3 something is lost, and named (files are written, stdout is not); 5 internal fault`,
    engine: true,
    load: () => import('./import.ts'),
  },
  adopt: {
    summary: 'take over live objects as those of an intent, without restarting a pod',
    usage: `kubesynth adopt -f FILE|DIR|- [--apply] [--harden | --hold] [--output-dir DIR] [-o yaml|json]

  -f, --file F         intents of services that are live, usually what import wrote; may be repeated
  --apply              do it; absent: only say what would be taken over, created, left, and which pods would restart by which fields
  --harden             pods and objects as the platform writes them: pods restart, names and selectors stay
  --hold               take everything over exactly as it is, also where the checker does not accept it: it is revision 1 of the
                       intent, and stays in force until the annotation synthesis.platform/rollback-to is taken off
  --output-dir DIR     the completed intents, one file each: keep these
  -o, --output yaml|json   the completed intents on stdout, and the plan on stderr; absent: the plan on stdout
  --report FILE        the plan as JSON; docs/adopt.md has its fields
where:
  --context C, --kubeconfig PATH   which cluster, as in kubectl
  -n, --namespace NS   namespace of intents that state none
  --model DIR, --guardrails DIR    absent: the shipped ones

exit: 0 it can be, or with --apply is, adopted; 2 malformed input, no cluster or no right to read it; 3 needs review; 4 refused; 5 internal fault; from 2 up nothing is changed`,
    engine: true,
    load: () => import('./adopt.ts'),
  },
  playbook: {
    summary: 'find what is wrong with examples before training',
    usage: `kubesynth playbook lint [--add DIR] [-o json]

  --playbook DIR       examples, facts and sampling; absent: the shipped playbook
  --add DIR            further examples beside those of the playbook; may be repeated
  --guardrails DIR     the checker's data; absent: the shipped one
  --around N           contexts drawn around each example; absent: 12
  -o json              {"examples","contexts","checked","pairs","met","findings"}

exit: 0 no errors (warnings name what never applies or never met), 2 conflicting or refused examples`,
    load: () => import('./playbook.ts'),
  },
  train: {
    summary: 'train a model from the playbook',
    usage: `kubesynth train [--add DIR] [--name NAME] [--out DIR] [--resume]

  --playbook DIR       examples, facts and sampling; absent: the shipped playbook
  --add DIR            further examples beside those of the playbook, taught to the shipped model, as a layer where they all
                       ask for something new; may be repeated
  --name NAME          name of the model; absent: trained
  --out DIR            the model folder to write; absent: models/NAME
  --work DIR           corpus, checkpoints and logs; absent: .cache/train
  --graphs N           graphs seen in training; with --start, 0 only carries the weights over to the playbook's vocabulary; --corpus N: distinct graphs composed
  --refused N          percent of the contexts that end in a refusal; absent: 20
  --seed N, --threads N
  --start PATH         go on from this checkpoint or model folder; --scratch: from nothing (without --add the default)
  --held-out DIR       training from nothing holds out the same pairs as this model, so that both can be compared on them
  --resume             go on where an interrupted training stopped

needs Python 3.10 or newer; a virtual environment with PyTorch is made on first use; a GPU is used where there is one`,
    load: () => import('./train.ts'),
  },
  learn: {
    summary: "learn a team's conventions from the manifests it has",
    usage: `kubesynth learn DIR [--hold-out N] [--team NAME] [--for NAMESPACE] [--graphs N] [--report FILE] [--snapshot S] [-o json]

  DIR                  manifests, one file or folder for each chart; X.yaml and X~anything.yaml are one chart
  --hold-out N         charts of which nothing is learnt, chosen by the seed; how many of their decisions are foreseen is reported
  --team NAME          whose conventions these are; absent: the folder's name
  --for NAMESPACE      where they apply; may be repeated; absent: in every namespace
  --graphs N           graphs seen in training, of which two fifths are lessons and the others replay what is known; absent: 40000;
                       0 trains nothing, and reports what stands to be learnt
  --fresh N            cases of the platform's own on which the model is measured before and after; absent: 300
  --report FILE        the figures as JSON; -o json: on stdout, too
  --name NAME, --out DIR   name of the model, absent: learned; folder of the model, absent: models/NAME
  --start DIR          the model to go on from; absent: the shipped one
  --work DIR, --seed N, --threads N, --resume   as of train
${from}
  --guardrails DIR     absent: the shipped ones; conventions.yaml there says what conventions may choose

exit: 0 whatever the figures are; 2 malformed input; 5 internal fault`,
    engine: true,
    load: () => import('./learn.ts'),
  },
  eval: {
    summary: 'measure a model: exact graphs, coverage, wrong and accepted, baselines',
    usage: `kubesynth eval [--suite S] [--model DIR] [--limit N] [--failures] [-o json]

  --suite S            golden, compositions, fresh or unsettled; may be repeated; absent: all
  --limit N            at most N cases of each suite
  --failures           name every case that is not exact
  -o json              {"model","suites":[{"name","labels","cases","exact","coverage","acceptedWrong","baselines"}]}`,
    load: () => import('./eval.ts'),
  },
  operator: {
    summary: 'run the agent in the cluster: watch intents, synthesise, check, apply, and again',
    usage: `kubesynth operator [--kubeconfig PATH] [--context C] [--port N]
       kubesynth operator grant -n NAMESPACE [--all] [-o yaml|json]

  --kubeconfig PATH, --context C   the cluster; absent in a Pod: the one it runs in
  --port N             of /metrics, /healthz and /readyz; absent: 8080; --host H: the address
  --workers N          intents reconciled at a time; absent: 8
  --lease-namespace NS, --lease-name NAME, --identity ID   the Lease by which one of several replicas leads
  --model DIR, --guardrails DIR    absent: the shipped ones

grant prints the synthesis account of a namespace with the Role it needs, for an administrator to apply:
  kubesynth operator grant -n shop | kubectl apply -f -
  --all                every kind the model can write here; absent: those that graphs of the namespace's intents have`,
    load: () => import('./operator.ts'),
  },
  version: {
    summary: 'print the versions of kubesynth and its model',
    usage: 'kubesynth version [-o json] [--model DIR]',
    load: () => import('./version.ts'),
  },
};

/** Commands of the contract that this release does not have. */
export const later: readonly string[] = ['console'];
