"""Words very common in passwords, French ones first, folded."""

from __future__ import annotations

_ACCESS = """
motdepasse mot2passe motpasse mdp password passw passwd pass passe secret secrets code acces access
admin administrateur administrator root user utilisateur invite guest test teste testing essai temp
temporaire login connexion bienvenue welcome bonjour bonsoir hello salut coucou letmein laissemoi
entrer ouvretoi sesame ordinateur computer internet serveur server systeme system windows linux
google facebook twitter youtube instagram samsung apple android iphone nokia orange free microsoft
default defaut changeme changemoi changer nouveau newpass master maitre compte formation
compteformation moncompte cpf dif titulaire travail boulot bureau entreprise societe stage
apprenti chomage emploi securite sociale ameli impots banque france francais republique marianne
qwerty azerty azertyuiop qwertyuiop qwertz abc abcd abcde alphabet clavier keyboard
"""
_AFFECTION = """
amour amours amor love lover loveyou iloveyou jetaime jtm jtaime teamo tiamo bisou bisous calin
coeur heart cherie cheri chouchou doudou loulou louloute loulous poupette poupee puce pucette
minou minette minouche chaton titi toto tata tonton tintin nounours nours bebe baby babe darling
honey sweet sweety princesse princess prince reine roi queen king maman papa mamie papi mami
papy maman mother father family famille enfant enfants frere soeur sister brother copain copine
amis amitie friend friends ange angel demon bonheur heureux happy joie sourire smile
liberte freedom paix peace espoir hope chance lucky magic magique reve dream dreams vie life
forever toujours jamais never always kiss kisses sexy biloute zouzou ninou kiki coco lolo lili lulu
nana nono mimi mumu juju momo bobo dodo gogo jojo toutou fifi riri zizi caca pipi poupou lapinou
"""
_WORLD = """
soleil sunshine sun lune moon etoile star stars ciel sky mer ocean plage beach montagne neige snow
printemps spring ete summer automne autumn hiver winter janvier fevrier mars avril mai juin juillet
aout septembre octobre novembre decembre january february march april june july august september
october november december lundi mardi mercredi jeudi vendredi samedi dimanche monday tuesday
wednesday thursday friday saturday sunday noel christmas anniversaire birthday vacances holiday
fleur flower flowers rose violette marguerite tulipe lilas jasmin iris muguet cerise fraise banane
pomme poire citron ananas mangue chocolat chocolate nutella caramel vanille bonbon gateau fromage
cookie cheese pizza cafe coffee biere whisky vodka pastis ricard cocacola pepsi patate carotte
maison jardin garden voiture moto velo bateau camion train avion renault peugeot citroen
ferrari porsche mercedes bmw audi yamaha honda kawasaki suzuki ducati harley corvette mustang
rouge vert bleu noir blanc jaune violet orange red green blue black white yellow purple pink silver
golden diamant diamond soleils tempest thunder tonnerre orage arcenciel rainbow universe galaxie
paris marseille lyon toulouse nantes bordeaux lille nice strasbourg montpellier rennes grenoble
bretagne breizh corse corsica normandie alsace provence reunion martinique guadeloupe guyane
mayotte tahiti algerie maroc tunisie senegal portugal espagne italia italie england london newyork
america canada quebec brasil bresil afrique africa europe monde world
"""
_PLAY = """
football foot basket basketball tennis rugby judo karate danse dance ballet natation surf ski
psg parissg om olympique allezlom ol asse stade barcelona barca realmadrid madrid juventus milan
liverpool chelsea arsenal manchester united zidane zizou ronaldo messi neymar mbappe platini
pokemon pikachu naruto sasuke dragonball sangoku goku vegeta onepiece luffy batman superman
spiderman starwars skywalker vador matrix gandalf frodo harrypotter potter hermione disney mickey
minnie donald simba stitch nemo bambi cendrillon zelda mario luigi sonic minecraft fortnite
callofduty warcraft counter playstation nintendo xbox gamer player joueur game games music musique
guitare guitar piano metallica nirvana rockstar rock metal reggae bobmarley rasta johnny mylene
eminem madonna beyonce shadow ninja samurai warrior guerrier pirate chevalier dragon licorne
unicorn phoenix killer hunter ranger soldier soldat boss chef champion winner legend legende hero
heros tigre tiger lion lionne panthere panther loup wolf ours bear aigle eagle faucon falcon cheval
chevaux horse poney chat chats cat chien chiens dog lapin rabbit souris mouse singe monkey dauphin
dolphin requin shark baleine papillon butterfly coccinelle abeille oiseau tortue turtle grenouille
serpent snake cobra araignee spider canard duck poule cochon vache mouton elephant girafe zebra
panda koala renard hibou hiboux caramelle filou felix garfield rex medor milou idefix snoopy
"""
_NAMES = """
adam alain alex alexandra alexandre alexis alice aline amandine amelie anais andre andrea andrew
angela angelique anne anthony antoine antonio ashley aurelie aurelien aurore axel baptiste barbara
bastien beatrice benjamin benoit bernard brandon brigitte bruno camille carla carine carlos carole
caroline catherine cecile cedric celia celine chantal charles charlie charlotte chloe christelle
christian christine christophe claire clara claude claudia clement clementine corinne cyril damien
daniel daniele danielle david deborah delphine denis didier dominique dylan eddy elena elisa
elisabeth elise elodie emilie emma enzo eric erika estelle esteban ethan etienne eva evelyne fabien
fabienne fabrice fanny fatima fernando florence florent florian francis franck francois francoise
frederic gabriel gabrielle gael gaelle georges gerard gilbert gilles gregory guillaume guy helene
henri herve hugo ibrahim ines isabelle jacqueline jacques james jason jean jeanne jennifer jeremy
jerome jessica jessie joel johan john jonathan jordan jose josephine joshua julia julie julien
juliette justine karim karine kevin laetitia laura laure laurence laurent lea leila leo leon lina
lisa loic lola louis louise luc lucas lucie ludovic madeleine magali manon manuel marc marcel
margaux margot maria marie marine marion marjorie martin martine mathieu mathilde mathis matthew
matthieu maurice max maxime megan melanie melissa michael michel michele michelle mickael mohamed
monique morgan morgane myriam nadia nadine natacha nathalie nathan nicolas nicole nina noah noemie
olivia olivier oscar pascal pascale patrice patricia patrick paul paula pauline philippe pierre
quentin rachel raphael raymond rayan regis remi renee richard robert robin roger romain roxane ryan
sabine sabrina salome samantha samira samuel sandra sandrine sara sarah sebastien serge severine
simon simone solene sofia sonia sophie stephane stephanie steven suzanne sylvain sylvie tatiana
thibault thierry thomas tiffany tim tom tony valentin valentine valerie vanessa veronique victor
victoire victoria vincent virginie william xavier yann yannick yasmine yves yvette zoe
"""

STEMS = frozenset(f"{_ACCESS} {_AFFECTION} {_WORLD} {_PLAY} {_NAMES}".split())

# Small words found before a stem: "monamour", "lesoleil", "ilovechocolate".
_SMALL_WORDS = """
a mon ma mes ton ta tes le la les l un une des petit petite gros grosse grand grande vive allez
super hyper mega jaime jaimele jaimela i my the your ilove love best big little mr mme
"""
PREFIXES = frozenset(_SMALL_WORDS.split())

# Rows and columns of French and English keyboards, and the alphabet, in both directions.
_ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "azertyuiopqsdfghjklmwxcvbn",
    "qwertyuiopasdfghjklzxcvbnm",
    "azertyqsdfghwxcvbn",
    "qwertyasdfghzxcvbn",
    "azerqsdfwxcv",
    "qwerasdfzxcv",
    "azeqsdwxc",
    "qweasdzxc",
    "aqwzsxedcrfvtgbyhn",
    "aqzsedrftgyhujikolpm",
    "qazwsxedcrfvtgbyhnujm",
    "qawsedrftgyhujikolp",
)
WALKS = "|".join(_ROWS + tuple(row[::-1] for row in _ROWS))
